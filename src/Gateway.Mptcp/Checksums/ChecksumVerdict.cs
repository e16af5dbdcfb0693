namespace Gateway.Mptcp.Checksums;

/// <summary>What a full recomputation says of one checksum.</summary>
public enum ChecksumVerdict
{
    /// <summary>The frame has no such checksum.</summary>
    Absent,

    /// <summary>The field is right for the bytes.</summary>
    Valid,

    /// <summary>The field holds the folded pseudo-header sum, as senders leave it to a NIC (CHECKSUM_PARTIAL).</summary>
    Partial,

    /// <summary>The field is wrong for the bytes.</summary>
    Invalid,

    /// <summary>It cannot be computed: covered bytes are not at hand, or a routing header hides the final destination.</summary>
    Unverifiable,
}
