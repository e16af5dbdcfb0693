using System.Net;

namespace Gateway.DataPlane;

/// <summary>One end of a flow.</summary>
/// <param name="Address">IPv4 or IPv6 address.</param>
/// <param name="Port">TCP port.</param>
public readonly record struct FlowEnd(IPAddress Address, ushort Port);
