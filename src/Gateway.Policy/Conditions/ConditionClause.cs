namespace Gateway.Policy;

/// <summary>One value that a selector asks for: it lies in one of the ranges.</summary>
/// <param name="Kind">What is compared.</param>
/// <param name="Parameter">Number of buckets; 0 for other kinds.</param>
/// <param name="Ranges">At least one.</param>
internal readonly record struct ConditionClause(ConditionKind Kind, ushort Parameter, ValueList<ValueRange> Ranges)
{
    /// <summary>What a selector asks for, all of it at once; null for a selector of another sort.</summary>
    public static IReadOnlyList<ConditionClause>? Of(Selector selector) => selector switch
    {
        VlanSelector vlan => [new ConditionClause(ConditionKind.Vlan, 0, vlan.Ids)],
        SequenceSelector sequence =>
            [.. Given(ConditionKind.DataSequence, sequence.Data), .. Given(ConditionKind.SubflowSequence, sequence.Subflow)],
        ConnectionSelector connection =>
        [
            .. Given(ConditionKind.Token, connection.Token),
            .. Given(ConditionKind.Subflow, connection.Subflow),
            .. Given(ConditionKind.Subflows, connection.Subflows),
            .. Given(ConditionKind.Age, connection.Age),
            .. Given(ConditionKind.Bytes, connection.Bytes),
            .. Given(ConditionKind.Backup, connection.Backup is { } backup ? [new ValueRange(backup ? 1ul : 0)] : null),
            .. Given(ConditionKind.AddressId, connection.AddressId),
            .. Given(ConditionKind.Version, connection.Version is { } version ? [new ValueRange((ulong)version)] : null),
        ],
        SampleSelector { OneIn: > 0 } sample =>
            [new ConditionClause(ConditionKind.Sample, 0, [new ValueRange(0, ((1ul << 32) / sample.OneIn) - 1)])],
        BucketSelector bucket =>
            [new ConditionClause(bucket.ByConnection ? ConditionKind.BucketConnection : ConditionKind.BucketSubflow, bucket.Of, bucket.Buckets)],
        _ => null,
    };

    /// <summary>Whether one of the values is in one of the ranges.</summary>
    public bool Holds(FlowFacts? facts)
    {
        foreach (ulong value in FlowFacts.Values(facts, Kind, Parameter))
        {
            foreach (ValueRange range in Ranges)
            {
                if (range.Contains(value))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The ranges as conditions, neighbours joined.</summary>
    public IEnumerable<FlowCondition> Conditions()
    {
        ValueRange? open = null;
        foreach (ValueRange range in Ranges.OrderBy(r => r.First))
        {
            if (open is { } before && (before.Last == ulong.MaxValue || range.First <= before.Last + 1))
            {
                open = new ValueRange(before.First, Math.Max(before.Last, range.Last));
                continue;
            }

            if (open is { } done)
            {
                yield return new FlowCondition(Kind, false, Parameter, done);
            }

            open = range;
        }

        if (open is { } last)
        {
            yield return new FlowCondition(Kind, false, Parameter, last);
        }
    }

    private static IEnumerable<ConditionClause> Given(ConditionKind kind, ValueList<ValueRange>? ranges) =>
        ranges is null ? [] : [new ConditionClause(kind, 0, ranges)];
}
