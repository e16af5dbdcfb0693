using System.Net;

namespace Gateway.Lab;

/// <summary>One of the two paths: its ports, in order from client to server, and the addresses at its ends.</summary>
public sealed record LabPath
{
    /// <summary>1 or 2.</summary>
    public required int Number { get; init; }

    /// <summary>The client's NIC, c1 or c2.</summary>
    public string ClientNic => $"c{Number}";

    /// <summary>The gateway's port toward the client, gc1 or gc2.</summary>
    public string GatewayClientPort => $"gc{Number}";

    /// <summary>The gateway's port toward the server, gs1 or gs2.</summary>
    public string GatewayServerPort => $"gs{Number}";

    /// <summary>The server's NIC, s1 or s2.</summary>
    public string ServerNic => $"s{Number}";

    /// <summary>IPv4 address of the client.</summary>
    public required IPAddress ClientV4 { get; init; }

    /// <summary>IPv6 address of the client.</summary>
    public required IPAddress ClientV6 { get; init; }

    /// <summary>IPv4 address of the server.</summary>
    public required IPAddress ServerV4 { get; init; }

    /// <summary>IPv6 address of the server.</summary>
    public required IPAddress ServerV6 { get; init; }

    /// <summary>The client's address of a family.</summary>
    public IPAddress Client(Family family) => family == Family.V4 ? ClientV4 : ClientV6;

    /// <summary>The server's address of a family.</summary>
    public IPAddress Server(Family family) => family == Family.V4 ? ServerV4 : ServerV6;

    /// <summary>MAC address of one of this path's NICs, as text; fixed, so that neighbours can be static.</summary>
    public static string Mac(string nic) => nic switch
    {
        ['c', var n] => $"02:00:00:00:01:0{n}",
        ['g', 'c', var n] => $"02:00:00:00:02:0{n}",
        ['g', 's', var n] => $"02:00:00:00:03:0{n}",
        ['s', var n] => $"02:00:00:00:04:0{n}",
        ['d', 'g', var n] => $"02:00:00:00:05:0{n}",
        ['t', var n] => $"02:00:00:00:07:0{n}",
        ['g', 't', var n] => $"02:00:00:00:08:0{n}",
        ['d', 's', var n] => $"02:00:00:00:06:0{n}",
        _ => throw new ArgumentException($"'{nic}' is no NIC of the lab.", nameof(nic)),
    };
}
