namespace Gateway.Policy;

/// <summary>An entry of a longest-prefix-match table.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="SourceVector">Vector of packets whose source address has this as its longest match.</param>
/// <param name="DestinationVector">Vector of packets whose destination address has this as its longest match.</param>
public readonly record struct CompiledPrefix(IpPrefix Prefix, ushort SourceVector, ushort DestinationVector);
