namespace Gateway.Policy;

/// <summary>A condition on a packet and its flow that is checked on each packet.</summary>
/// <param name="Kind">What is compared.</param>
/// <param name="IsNegated">The answer is turned round.</param>
/// <param name="Parameter">Number of buckets, the operator's slot, or the set's number; 0 for other kinds.</param>
/// <param name="Range">It holds when the value is known and lies in here.</param>
public readonly record struct FlowCondition(ConditionKind Kind, bool IsNegated, ushort Parameter, ValueRange Range)
{
    /// <summary>Whether it holds.</summary>
    public bool Holds(FlowFacts? facts)
    {
        foreach (ulong value in FlowFacts.Values(facts, Kind, Parameter))
        {
            if (Range.Contains(value))
            {
                return !IsNegated;
            }
        }

        return IsNegated;
    }

    /// <summary>
    /// A token has two values, a sample another one each time, and what an operator is given is no range: those do not intersect.
    /// </summary>
    internal bool HasOneValue => Kind is not (ConditionKind.Token or ConditionKind.Sample or ConditionKind.Custom);

    /// <summary>Whether packets that meet the other meet this as well.</summary>
    internal bool IsImpliedBy(FlowCondition other) =>
        Kind == other.Kind && Kind != ConditionKind.Sample && Parameter == other.Parameter && IsNegated == other.IsNegated
        && (Kind == ConditionKind.Custom ? Range == other.Range : IsNegated ? Encloses(other.Range, Range) : Encloses(Range, other.Range));

    private static bool Encloses(ValueRange outer, ValueRange inner) => outer.First <= inner.First && outer.Last >= inner.Last;
}
