namespace Gateway.Policy;

/// <summary>Event for each MP_JOIN handshake packet.</summary>
public sealed record GetSubflowActor : Actor;
