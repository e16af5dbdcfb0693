namespace Gateway.Mptcp.Options;

/// <summary>TCP option kinds (IANA TCP parameters).</summary>
public enum TcpOptionKind : byte
{
    /// <summary>End of option list: what follows is not read (RFC 9293, section 3.2).</summary>
    EndOfList = 0,

    /// <summary>One byte of padding.</summary>
    NoOperation = 1,

    /// <summary>Maximum segment size, length 4.</summary>
    MaximumSegmentSize = 2,

    /// <summary>Window scale, length 3 (RFC 7323).</summary>
    WindowScale = 3,

    /// <summary>SACK permitted, length 2 (RFC 2018).</summary>
    SackPermitted = 4,

    /// <summary>SACK blocks, length 2 + 8n (RFC 2018).</summary>
    Sack = 5,

    /// <summary>Timestamps, length 10 (RFC 7323).</summary>
    Timestamps = 8,

    /// <summary>Multipath TCP (RFC 8684).</summary>
    Mptcp = 30,
}
