namespace Gateway.Policy;

/// <summary>The version field of an IP header.</summary>
public enum IpFamily : byte
{
    /// <summary>IPv4 (RFC 791), 32-bit addresses.</summary>
    IPv4 = 4,

    /// <summary>IPv6 (RFC 8200), 128-bit addresses.</summary>
    IPv6 = 6,
}
