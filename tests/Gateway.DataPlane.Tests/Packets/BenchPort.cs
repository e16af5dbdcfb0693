namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Ports of a <see cref="PacketBench"/>; numbers are port indexes.</summary>
internal enum BenchPort
{
    /// <summary>Host mode, senders hand over whole checksums.</summary>
    Host = 0,

    /// <summary>Host mode, senders hand over pseudo-header sums.</summary>
    Partial = 1,

    /// <summary>Host mode, nothing is known of senders' checksums.</summary>
    Unknown = 2,

    /// <summary>Wire to <see cref="WireFar"/>, whole checksums.</summary>
    Wire = 3,

    /// <summary>The other side of <see cref="Wire"/>.</summary>
    WireFar = 4,

    /// <summary>Wire to <see cref="WireFar"/>, pseudo-header sums.</summary>
    WirePartial = 5,

    /// <summary>Host mode and without carrier: no redirect target.</summary>
    Down = 6,

    /// <summary>Host mode with an MTU of 600.</summary>
    Narrow = 7,

    /// <summary>Host mode that keeps equal flows of different VLANs apart.</summary>
    Tagged = 8,
}
