namespace Gateway.Policy;

/// <summary>Packets between two addresses or prefixes, both directions.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
public sealed record IpPairSelector(IpPrefix A, IpPrefix B) : Selector;
