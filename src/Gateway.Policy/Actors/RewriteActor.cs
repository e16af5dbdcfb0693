namespace Gateway.Policy;

/// <summary>
/// Gives flows another 4-tuple from their SYN on: what their initiator sends is changed as said, what comes back is
/// changed the other way. At least one part is given.
/// </summary>
/// <param name="Source">Address the packets come from on the far side; null leaves it.</param>
/// <param name="SourcePorts">Source ports on the far side, one that is free for each flow; null leaves the port.</param>
/// <param name="Destination">Address they go to; null leaves it.</param>
/// <param name="DestinationPort">Port they go to; null leaves it.</param>
public sealed record RewriteActor(IpPrefix? Source, PortRange? SourcePorts, IpPrefix? Destination, ushort? DestinationPort) : Actor;
