namespace Gateway.Policy;

/// <summary>What differs between two policies.</summary>
/// <param name="Chains">Chains that differ: those of the new policy in its order, then those that are removed.</param>
/// <param name="Unchanged">How many chains are the same.</param>
public sealed record PolicyDifference(IReadOnlyList<ChainDifference> Chains, int Unchanged);
