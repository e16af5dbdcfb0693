namespace Gateway.Policy;

/// <summary>An event for each packet, with what every actor of the chain did.</summary>
public sealed record TraceActor : Actor;
