namespace Gateway.Policy;

/// <summary>Conditions that must hold together, sorted; of one kind with one value at most one is not negated.</summary>
internal sealed class ConditionSet : IEquatable<ConditionSet>
{
    private readonly FlowCondition[] _conditions;

    private ConditionSet(FlowCondition[] conditions) => _conditions = conditions;

    public static ConditionSet None { get; } = new([]);

    public IReadOnlyList<FlowCondition> Conditions => _conditions;

    public static ConditionSet Of(FlowCondition condition) => new([condition]);

    /// <summary>None of the conditions of one clause, which come in order, holds.</summary>
    public static ConditionSet NoneOf(IEnumerable<FlowCondition> conditions) =>
        new([.. conditions.Select(condition => condition with { IsNegated = true })]);

    /// <summary>Both sets together; null when they contradict each other.</summary>
    public static ConditionSet? And(ConditionSet a, ConditionSet b)
    {
        if (a._conditions.Length == 0 || b._conditions.Length == 0)
        {
            return a._conditions.Length == 0 ? b : a;
        }

        var all = new List<FlowCondition>(a._conditions);
        foreach (FlowCondition condition in b._conditions)
        {
            if (!TryAdd(all, condition))
            {
                return null;
            }
        }

        return new ConditionSet([.. all.OrderBy(c => (c.Kind, c.IsNegated, c.Parameter, c.Range.First, c.Range.Last))]);
    }

    /// <summary>Whether packets that meet the other set meet this one.</summary>
    public bool Covers(ConditionSet other) =>
        Array.TrueForAll(_conditions, mine => Array.Exists(other._conditions, mine.IsImpliedBy));

    public bool Equals(ConditionSet? other) =>
        other is not null && (ReferenceEquals(this, other) || _conditions.AsSpan().SequenceEqual(other._conditions));

    public override bool Equals(object? obj) => Equals(obj as ConditionSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (FlowCondition condition in _conditions)
        {
            hash.Add(condition);
        }

        return hash.ToHashCode();
    }

    private static bool TryAdd(List<FlowCondition> all, FlowCondition condition)
    {
        if (condition.Kind != ConditionKind.Sample && all.Contains(condition))
        {
            return true;
        }

        int same = condition.IsNegated || !condition.HasOneValue
            ? -1
            : all.FindIndex(c => c.Kind == condition.Kind && c.Parameter == condition.Parameter && !c.IsNegated);
        if (same < 0)
        {
            all.Add(condition);
            return true;
        }

        var common = new ValueRange(Math.Max(all[same].Range.First, condition.Range.First), Math.Min(all[same].Range.Last, condition.Range.Last));
        all[same] = condition with { Range = common };
        return common.First <= common.Last;
    }
}
