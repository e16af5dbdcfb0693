namespace Gateway.Daemon.Connections;

/// <summary>How much the tracker remembers.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>Connections that have not ended; further ones are not tracked.</summary>
    public int Open { get; init; } = 262_144;

    /// <summary>Connections whose keys have not all been seen; the oldest goes for a new one.</summary>
    public int Handshakes { get; init; } = 16_384;

    /// <summary>Ended connections; the one that ended first goes for a new one.</summary>
    public int Closed { get; init; } = 1024;

    /// <summary>Without a packet for this long an open connection counts as ended (RFC 5382, REQ-5).</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(124);

    /// <summary>Without a packet for this long a handshake is forgotten.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromMinutes(4);
}
