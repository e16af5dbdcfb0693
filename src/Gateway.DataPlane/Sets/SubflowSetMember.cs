namespace Gateway.DataPlane;

/// <summary>A subflow in a set.</summary>
/// <param name="Subflow">The subflow; the numerically smaller end, as memory has it, stands first.</param>
/// <param name="AddedAt">When it was added, to the second.</param>
public readonly record struct SubflowSetMember(SubflowTuple Subflow, DateTimeOffset AddedAt);
