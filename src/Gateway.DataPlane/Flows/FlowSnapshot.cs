using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>A TCP flow as the flow table has it.</summary>
public sealed record FlowSnapshot
{
    /// <summary>The SYN's sender; when <see cref="OriginKnown"/> is false, just one of the ends.</summary>
    public required FlowEnd Client { get; init; }

    /// <summary>The other end.</summary>
    public required FlowEnd Server { get; init; }

    /// <summary>Whether the SYN was seen.</summary>
    public required bool OriginKnown { get; init; }

    /// <summary>Outer VLAN id, 0 without.</summary>
    public required ushort Vlan { get; init; }

    /// <summary>A bit for each set of subflows it is in, by the set's number.</summary>
    public ulong Sets { get; init; }

    /// <summary>Client's token in the upper, server's in the lower 32 bits (RFC 8684 section 3.2); 0 unknown.</summary>
    public required ulong ConnectionId { get; init; }

    /// <summary>Token of this subflow's MP_JOIN SYN; 0 without.</summary>
    public required uint Token { get; init; }

    /// <summary>Place among the connection's subflows, 1 = the first; 0 unknown.</summary>
    public required int Ordinal { get; init; }

    /// <summary>What is known of the flow.</summary>
    public required FlowFlag Flags { get; init; }

    /// <summary>When its first packet was seen.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Kernel tick of the last packet: only to compare with other snapshots.</summary>
    public required ulong LastSeenJiffies { get; init; }

    /// <summary>Smoothed round-trip time of the hosts: both halves together; null before both have samples.</summary>
    public required TimeSpan? RoundTrip { get; init; }

    /// <summary>The client's packets.</summary>
    public required FlowDirectionSnapshot FromClient { get; init; }

    /// <summary>The server's packets.</summary>
    public required FlowDirectionSnapshot FromServer { get; init; }
}
