using Gateway.DataPlane;

namespace Gateway.Daemon.Metrics;

/// <summary>The data path at one moment.</summary>
/// <param name="Counters">Counters of ports, chains and actors.</param>
/// <param name="Ports">The ports.</param>
/// <param name="Policy">The policy in force; null when none is.</param>
/// <param name="Generations">Policies put into force since the data path was created.</param>
internal sealed record MetricReading(CounterSnapshot Counters, IReadOnlyList<PortInfo> Ports, AppliedPolicy? Policy, uint Generations);
