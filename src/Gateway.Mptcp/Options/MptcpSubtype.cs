namespace Gateway.Mptcp.Options;

/// <summary>MPTCP option subtypes, the high nibble of the option's third octet (RFC 8684, section 3).</summary>
public enum MptcpSubtype
{
    /// <summary>MP_CAPABLE.</summary>
    MpCapable = 0,

    /// <summary>MP_JOIN.</summary>
    MpJoin = 1,

    /// <summary>DSS, data sequence signal.</summary>
    Dss = 2,

    /// <summary>ADD_ADDR.</summary>
    AddAddr = 3,

    /// <summary>REMOVE_ADDR.</summary>
    RemoveAddr = 4,

    /// <summary>MP_PRIO.</summary>
    MpPrio = 5,

    /// <summary>MP_FAIL.</summary>
    MpFail = 6,

    /// <summary>MP_FASTCLOSE.</summary>
    MpFastclose = 7,

    /// <summary>MP_TCPRST.</summary>
    MpTcprst = 8,
}
