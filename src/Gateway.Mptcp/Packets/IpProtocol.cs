namespace Gateway.Mptcp.Packets;

/// <summary>Protocol and next-header numbers the parser knows (IANA protocol numbers).</summary>
public enum IpProtocol : byte
{
    /// <summary>IPv6 hop-by-hop options (RFC 8200, section 4.3).</summary>
    HopByHop = 0,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>IPv6 routing header (RFC 8200, section 4.4).</summary>
    Routing = 43,

    /// <summary>IPv6 fragment header (RFC 8200, section 4.5).</summary>
    Fragment = 44,

    /// <summary>Authentication header (RFC 4302).</summary>
    Authentication = 51,

    /// <summary>IPv6 no next header (RFC 8200, section 4.7).</summary>
    NoNextHeader = 59,

    /// <summary>IPv6 destination options (RFC 8200, section 4.6).</summary>
    DestinationOptions = 60,
}
