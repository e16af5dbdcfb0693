namespace Gateway.Mptcp.Options;

/// <summary>MPTCP protocol version, the low nibble of MP_CAPABLE's third octet.</summary>
public enum MptcpVersion
{
    /// <summary>RFC 6824: SHA-1, ADD_ADDR without HMAC.</summary>
    V0 = 0,

    /// <summary>RFC 8684: SHA-256.</summary>
    V1 = 1,
}
