namespace Gateway.Policy;

/// <summary>Packets for which a loaded operator says so; it is asked for each.</summary>
/// <param name="Operator">Its name.</param>
/// <param name="Arguments">Numbers it is given, at most <see cref="MaxArguments"/>; the rest are 0.</param>
public sealed record CustomSelector(string Operator, ValueList<ulong> Arguments) : Selector
{
    /// <summary>Numbers a selector can be given.</summary>
    public const int MaxArguments = 2;

    /// <summary>What the packet programs ask the operator of a slot.</summary>
    internal FlowCondition Condition(int slot, bool negated) => new(
        ConditionKind.Custom, negated, (ushort)slot, new ValueRange(Arguments.ElementAtOrDefault(0), Arguments.ElementAtOrDefault(1)));
}
