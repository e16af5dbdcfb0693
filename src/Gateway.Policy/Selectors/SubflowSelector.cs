namespace Gateway.Policy;

/// <summary>Packets of the subflows with this 4-tuple, both directions; null is a wildcard.</summary>
/// <param name="Source">Address or prefix of one end.</param>
/// <param name="SourcePort">Port of that end, 1-65535.</param>
/// <param name="Destination">Address or prefix of the other end.</param>
/// <param name="DestinationPort">Port of the other end, 1-65535.</param>
public sealed record SubflowSelector(IpPrefix? Source, ushort? SourcePort, IpPrefix? Destination, ushort? DestinationPort) : Selector;
