namespace Gateway.Policy;

/// <summary>Holds each subflow to a rate.</summary>
/// <param name="Rate">64 kbit/s to 400 Gbit/s.</param>
public sealed record RateLimitActor(Rate Rate) : Actor;
