namespace Gateway.Policy;

/// <summary>Hides ADD_ADDR (RFC 8684 section 3.4.1) and may refuse MP_JOIN.</summary>
/// <param name="IPv4">Hide IPv4 addresses.</param>
/// <param name="IPv6">Hide IPv6 addresses.</param>
/// <param name="RefuseJoin">Also take MP_JOIN out of SYNs.</param>
public sealed record BlkSubflowActor(bool IPv4, bool IPv6, bool RefuseJoin) : Actor;
