namespace Gateway.Mptcp.Packets;

/// <summary>What a TCP packet is and carries; bits of <c>enum gw_packet_type</c> (abi.h).</summary>
[Flags]
public enum PacketTypes : uint
{
    /// <summary>Nothing known.</summary>
    None = 0,

    /// <summary>SYN without ACK.</summary>
    Syn = 1 << 0,

    /// <summary>SYN with ACK.</summary>
    SynAck = 1 << 1,

    /// <summary>FIN is set.</summary>
    Fin = 1 << 2,

    /// <summary>RST is set.</summary>
    Rst = 1 << 3,

    /// <summary>ACK without payload, SYN, FIN or RST.</summary>
    PureAck = 1 << 4,

    /// <summary>TCP payload is present.</summary>
    Data = 1 << 5,

    /// <summary>MP_CAPABLE.</summary>
    MpCapable = 1 << 6,

    /// <summary>MP_JOIN.</summary>
    MpJoin = 1 << 7,

    /// <summary>DSS.</summary>
    Dss = 1 << 8,

    /// <summary>A DSS with a data acknowledgment (flag A).</summary>
    DataAck = 1 << 9,

    /// <summary>ADD_ADDR of an IPv4 address, not an echo.</summary>
    AddAddr4 = 1 << 10,

    /// <summary>ADD_ADDR of an IPv6 address, not an echo.</summary>
    AddAddr6 = 1 << 11,

    /// <summary>ADD_ADDR with the echo flag (v1).</summary>
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
    MpTcprst = 1 << 17,

    /// <summary>No MPTCP option at all.</summary>
    PlainTcp = 1 << 18,

    /// <summary>At least one MPTCP option, known subtype or not.</summary>
    Mptcp = 1 << 19,

    /// <summary>Third packet of a handshake: MP_CAPABLE or MP_JOIN on an ACK without payload.</summary>
    ThirdAck = 1 << 20,

    /// <summary>Echo of an IPv4 address (v1).</summary>
    AddAddr4Echo = 1 << 21,

    /// <summary>Echo of an IPv6 address (v1).</summary>
    AddAddr6Echo = 1 << 22,
}
