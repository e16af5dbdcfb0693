using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>The packet is of at least one of the types.</summary>
/// <param name="Types">At least one type.</param>
public sealed record PacketTypeSelector(PacketTypes Types) : Selector;
