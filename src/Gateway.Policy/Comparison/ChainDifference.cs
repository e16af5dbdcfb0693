namespace Gateway.Policy;

/// <summary>How a chain differs.</summary>
/// <param name="Name">The chain.</param>
/// <param name="Kind">How.</param>
/// <param name="Changes">The first changes; of a chain that is added or removed, what it consists of.</param>
/// <param name="Omitted">How many more changes there are.</param>
public sealed record ChainDifference(string Name, ChangeKind Kind, IReadOnlyList<RuleChange> Changes, int Omitted)
{
    /// <summary>One sentence.</summary>
    public string Words => Kind switch
    {
        ChangeKind.Added => $"Chain {Name} is added.",
        ChangeKind.Removed => $"Chain {Name} is removed.",
        ChangeKind.Moved => $"Chain {Name} moves among the chains of its priority.",
        _ => $"Chain {Name} changes in {Changes.Count + Omitted} {(Changes.Count + Omitted == 1 ? "place" : "places")}.",
    };
}
