namespace Gateway.Policy;

/// <summary>Event for each MP_CAPABLE handshake packet; keys are never part of it.</summary>
public sealed record GetConnectActor : Actor;
