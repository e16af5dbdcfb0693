namespace Gateway.Mptcp.Checksums;

/// <summary>What a frame's TCP checksum field is known to hold; the first values of <c>enum gw_csum</c> (packet.h).</summary>
public enum ChecksumState
{
    /// <summary>Not known: edits are refused.</summary>
    Unknown = 0,

    /// <summary>The checksum of the segment.</summary>
    Complete = 1,

    /// <summary>The folded pseudo-header sum, not complemented (CHECKSUM_PARTIAL).</summary>
    Partial = 2,
}
