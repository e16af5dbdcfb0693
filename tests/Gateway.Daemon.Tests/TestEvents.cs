using System.Net;
using Gateway.DataPlane;

namespace Gateway.Daemon.Tests;

internal static class TestEvents
{
    /// <summary>An event that says nothing yet.</summary>
    public static PathEvent Empty { get; } = new()
    {
        Time = DateTimeOffset.UnixEpoch,
        Source = IPAddress.Parse("10.0.0.1"),
        Destination = IPAddress.Parse("10.0.0.2"),
        SourcePort = 4000,
        DestinationPort = 80,
        Vlan = 0,
        PortIndex = 0,
        Nic = "eth0",
        Hook = default,
        Type = default,
        Direction = default,
        ConnectionId = 0,
        FlowFlags = 0,
        Generation = 0,
        Chain = -1,
        Step = 0,
        Reason = default,
        Op = default,
        Token = 0,
        Sequence = 0,
        TcpFlags = 0,
        Ordinal = 0,
        Options = default,
        OptionOffset = -1,
    };
}
