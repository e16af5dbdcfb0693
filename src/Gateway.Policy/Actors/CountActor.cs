namespace Gateway.Policy;

/// <summary>Counts packets and bytes.</summary>
public sealed record CountActor : Actor;
