namespace Gateway.Policy;

/// <summary>Packets, both ways, of the subflows that are in a set at that time; sets are filled beside policies.</summary>
/// <param name="Set">Its name.</param>
public sealed record SubflowSetSelector(string Set) : Selector
{
    /// <summary>Characters of a name, at most.</summary>
    public const int MaxName = 31;

    /// <summary>Whether a set can have this name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>What the packet programs ask of the set's number.</summary>
    internal static FlowCondition Condition(int number, bool negated) => new(ConditionKind.SubflowSet, negated, (ushort)number, new ValueRange(1));
}
