namespace Gateway.Policy;

/// <summary>What a TCP packet is and which MPTCP options it carries (RFC 9293, RFC 8684 section 3).</summary>
[Flags]
public enum PacketTypes : uint
{
    /// <summary>None of the types.</summary>
    None = 0,

    /// <summary>SYN without ACK.</summary>
    Syn = 1 << 0,

    /// <summary>SYN with ACK.</summary>
    SynAck = 1 << 1,

    /// <summary>FIN.</summary>
    Fin = 1 << 2,

    /// <summary>RST.</summary>
    Rst = 1 << 3,

    /// <summary>ACK without payload, SYN, FIN or RST.</summary>
    PureAck = 1 << 4,

    /// <summary>With payload.</summary>
    Data = 1 << 5,

    /// <summary>MP_CAPABLE.</summary>
    MpCapable = 1 << 6,

    /// <summary>MP_JOIN.</summary>
    MpJoin = 1 << 7,

    /// <summary>DSS.</summary>
    Dss = 1 << 8,

    /// <summary>DSS with a DATA_ACK.</summary>
    DataAck = 1 << 9,

    /// <summary>ADD_ADDR of an IPv4 address that is no echo.</summary>
    AddAddr4 = 1 << 10,

    /// <summary>ADD_ADDR of an IPv6 address that is no echo.</summary>
    AddAddr6 = 1 << 11,

    /// <summary>ADD_ADDR echo.</summary>
    AddAddrEcho = 1 << 12,

    /// <summary>REMOVE_ADDR.</summary>
    RemoveAddr = 1 << 13,

    /// <summary>MP_PRIO.</summary>
    MpPrio = 1 << 14,

    /// <summary>MP_FAIL.</summary>
    MpFail = 1 << 15,

    /// <summary>MP_FASTCLOSE.</summary>
    MpFastclose = 1 << 16,

    /// <summary>MP_TCPRST.</summary>
    MpTcpRst = 1 << 17,

    /// <summary>No MPTCP option in this packet.</summary>
    PlainTcp = 1 << 18,

    /// <summary>Any MPTCP option in this packet.</summary>
    Mptcp = 1 << 19,
}
