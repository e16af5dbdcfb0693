namespace Gateway.DataPlane;

/// <summary>Results of one actor of a chain.</summary>
/// <param name="Step">Its place in the chain, from 0.</param>
/// <param name="Actor">Its name as in a policy file.</param>
/// <param name="Reasons">Results that occurred, by number.</param>
public sealed record ActorCounters(int Step, string Actor, IReadOnlyList<ReasonCount> Reasons);
