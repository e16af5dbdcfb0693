namespace Gateway.Policy;

/// <summary>Takes MP_CAPABLE out of SYNs (RFC 8684 section 3.1): the connection is plain TCP from its start.</summary>
public sealed record StripMptcpActor : Actor;
