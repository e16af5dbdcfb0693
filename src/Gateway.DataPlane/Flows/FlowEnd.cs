using System.Net;

namespace Gateway.DataPlane;

/// <summary>One end of a flow.</summary>
/// <param name="Address">IPv4 or IPv6 address.</param>
/// <param name="Port">TCP port.</param>
public readonly record struct FlowEnd(IPAddress Address, ushort Port)
{
    /// <summary>192.0.2.1:80 or [2001:db8::1]:80.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
