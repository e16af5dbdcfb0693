namespace Gateway.Mptcp.Rewriting;

/// <summary>What an edit came to; numbers are those of <c>enum gw_reason</c> (reasons.h) where it has one.</summary>
public enum RewriteOutcome
{
    /// <summary>The parser does not vouch for the packet: left alone.</summary>
    NotParsed = 0,

    /// <summary>Edited.</summary>
    Done = 15,

    /// <summary>Nothing in this packet for the edit.</summary>
    NotApplicable = 18,

    /// <summary>Never done to a SYN, FIN or RST.</summary>
    Handshake = 19,

    /// <summary>No placement fits.</summary>
    NoRoom = 20,

    /// <summary>What the checksum field holds is not known.</summary>
    ChecksumUnknown = 21,

    /// <summary>No edit does it without breaking the connection: the packet must be dropped.</summary>
    Drop = 37,
}
