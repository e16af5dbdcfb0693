namespace Gateway.DataPlane;

/// <summary>All counters, read one after the other while packets go on.</summary>
/// <param name="Chains">The chains of the policy in force, in its order.</param>
/// <param name="Ports">Both hooks of every port, by port index.</param>
/// <param name="EventsLost">Events the ring buffer had no room for.</param>
public sealed record CounterSnapshot(IReadOnlyList<ChainCounters> Chains, IReadOnlyList<PortHookCounters> Ports, ulong EventsLost);
