using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>All that selectors ask about one TCP packet.</summary>
/// <param name="Family">The IP version.</param>
/// <param name="Source">Source address as a number: 10.0.0.1 is 0x0a000001.</param>
/// <param name="Destination">Destination address as a number.</param>
/// <param name="SourcePort">Source port.</param>
/// <param name="DestinationPort">Destination port.</param>
/// <param name="Hook">The hook the packet is at.</param>
/// <param name="PortIndex">Index of the NIC whose hook it is at, 0-63.</param>
/// <param name="Direction">The direction in its subflow.</param>
/// <param name="Types">What the packet is.</param>
/// <param name="Facts">What is known beside that; null for nothing.</param>
public readonly record struct PolicyPacket(
    IpFamily Family,
    UInt128 Source,
    UInt128 Destination,
    ushort SourcePort,
    ushort DestinationPort,
    Hook Hook,
    int PortIndex,
    FlowDirection Direction,
    PacketTypes Types,
    FlowFacts? Facts = null);
