namespace Gateway.Policy;

/// <summary>How one setting, selector or actor of a chain differs.</summary>
/// <param name="Kind">How.</param>
/// <param name="Path">Where in the chain: priority, hooks, ports, select, select.any, actors.</param>
/// <param name="Before">As in a policy file, on one line; empty where there is none.</param>
/// <param name="After">As <paramref name="Before"/>.</param>
public sealed record RuleChange(ChangeKind Kind, string Path, string Before, string After)
{
    /// <summary>One sentence.</summary>
    public string Words => Kind switch
    {
        ChangeKind.Added => $"{Path} gets {After}",
        ChangeKind.Removed => $"{Path} loses {Before}",
        ChangeKind.Moved => $"{Path}: {After} moves",
        _ => $"{Path}: {Before} becomes {After}",
    };
}
