using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>The 4-tuple of a subflow; either end may stand first.</summary>
/// <param name="Family">Of both addresses.</param>
/// <param name="Source">One end's address; IPv4 in the low 32 bits.</param>
/// <param name="SourcePort">Its TCP port.</param>
/// <param name="Destination">The other's address.</param>
/// <param name="DestinationPort">Its TCP port.</param>
public readonly record struct SubflowTuple(IpFamily Family, UInt128 Source, ushort SourcePort, UInt128 Destination, ushort DestinationPort);
