using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>What was counted of the packets of one end.</summary>
public sealed record FlowDirectionSnapshot
{
    /// <summary>Packets.</summary>
    public required ulong Packets { get; init; }

    /// <summary>Bytes of TCP payload.</summary>
    public required ulong Bytes { get; init; }

    /// <summary>Segments below the highest sequence number that look like sent again.</summary>
    public required uint Retransmissions { get; init; }

    /// <summary>Segments that came out of order.</summary>
    public required uint OutOfOrder { get; init; }

    /// <summary>Smoothed time from the gateway to the receiver of these packets and back; null before the first sample.</summary>
    public required TimeSpan? HalfRoundTrip { get; init; }

    /// <summary>B bit of the last MP_PRIO or MP_JOIN this end sent (RFC 8684 sections 3.2, 3.3.8).</summary>
    public required bool Backup { get; init; }

    /// <summary>This end's address id from MP_JOIN.</summary>
    public required byte AddressId { get; init; }

    /// <summary>NIC its packets enter by; null when not seen at an ingress hook.</summary>
    public required string? IngressNic { get; init; }

    /// <summary>What is known of this direction.</summary>
    public required FlowDirFlag Flags { get; init; }

    /// <summary>Receive window in force on this end's packets by rate_limit, bytes; 0 without.</summary>
    public required uint RateWindow { get; init; }

    /// <summary>MP_PRIO the gateway placed this way: true = backup, false = promoted again, null = none.</summary>
    public required bool? PrioPlaced { get; init; }

    /// <summary>How often it was placed.</summary>
    public uint PrioCount { get; init; }

    /// <summary>Packets of this end that the gateway turned into a RST, which its peer took.</summary>
    public int CloseCount { get; init; }

    /// <summary>This end's last packet; null before the first.</summary>
    public FlowLastPacket? Last { get; init; }
}
