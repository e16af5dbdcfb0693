namespace Gateway.DataPlane;

/// <summary>Totals of one chain since its name came into force; they go on over policies that keep it.</summary>
/// <param name="Chain">Its name.</param>
/// <param name="Packets">Packets it ran on.</param>
/// <param name="Bytes">Frame bytes of these.</param>
/// <param name="Actors">Its actors, in order.</param>
public sealed record ChainCounters(string Chain, ulong Packets, ulong Bytes, IReadOnlyList<ActorCounters> Actors);
