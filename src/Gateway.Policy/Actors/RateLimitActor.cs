namespace Gateway.Policy;

/// <summary>Holds payload to a rate, each direction by itself.</summary>
/// <param name="Rate">64 kbit/s to 400 Gbit/s of TCP payload.</param>
/// <param name="Per">Who shares it.</param>
/// <param name="Policer">Whether packets far above the rate are dropped, where the window cannot hold the sender.</param>
public sealed record RateLimitActor(Rate Rate, RateScope Per = RateScope.Subflow, bool Policer = true) : Actor;
