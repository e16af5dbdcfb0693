namespace Gateway.Policy;

/// <summary>An address a gateway announces for a host (ADD_ADDR, RFC 8684 section 3.4.1).</summary>
/// <param name="Address">One address.</param>
/// <param name="Port">TCP port to join; null for the connection's.</param>
/// <param name="Id">Address id, 1-255; the host must not use it itself.</param>
public sealed record AnnouncedAddress(IpPrefix Address, ushort? Port, byte Id);
