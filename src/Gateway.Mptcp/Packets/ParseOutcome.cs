namespace Gateway.Mptcp.Packets;

/// <summary>Why the parser vouches for a packet or leaves it alone; numbers are those of <c>enum gw_reason</c> 0..11 (reasons.h).</summary>
public enum ParseOutcome
{
    /// <summary>A whole TCP packet whose options were all read.</summary>
    None = 0,

    /// <summary>Neither IPv4 nor IPv6.</summary>
    NotIp = 1,

    /// <summary>An IPv4 or IPv6 fragment, the first one included.</summary>
    Fragment = 2,

    /// <summary>IP, but the upper-layer protocol is not TCP.</summary>
    NotTcp = 3,

    /// <summary>The frame ends before its headers or its IP packet do.</summary>
    Truncated = 4,

    /// <summary>IP version or lengths contradict each other.</summary>
    BadIpHeader = 5,

    /// <summary>TCP data offset below 5 or past the IP packet.</summary>
    BadTcpHeader = 6,

    /// <summary>An option's length is 0, 1, past the header, or too short for what it says it holds.</summary>
    MalformedOptions = 7,

    /// <summary>The same MPTCP subtype twice.</summary>
    DuplicateOption = 8,

    /// <summary>More than two VLAN tags.</summary>
    VlanDepth = 9,

    /// <summary>More, or longer, IPv6 extension headers than are walked.</summary>
    ExtensionHeaders = 10,

    /// <summary>The headers are not all in the first buffer.</summary>
    Nonlinear = 11,

    /// <summary>An IPsec authentication header: any edit would break it.</summary>
    Authenticated = 43,

    /// <summary>An IPv6 routing header with segments left: the destination is not the final one.</summary>
    SourceRouted = 44,
}
