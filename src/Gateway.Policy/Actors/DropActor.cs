namespace Gateway.Policy;

/// <summary>Drops the packet; the last actor of its chain.</summary>
public sealed record DropActor : Actor;
