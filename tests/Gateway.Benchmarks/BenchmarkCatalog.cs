using Gateway.Benchmarks.ControlPlane;
using Gateway.Benchmarks.Daemon;
using Gateway.Benchmarks.EndToEnd;
using Gateway.Benchmarks.Hitless;
using Gateway.Benchmarks.Packets;

namespace Gateway.Benchmarks;

/// <summary>Everything there is to measure.</summary>
internal static class BenchmarkCatalog
{
    internal static IReadOnlyList<IBenchmark> All { get; } =
    [
        new PacketBenchmark(), new RandomFlowBenchmark(), new ApplyBenchmark(), new SetBenchmark(), new HitlessBenchmark(), new EndToEndBenchmark(),
        new IdleBenchmark(), new EventRateBenchmark(),
    ];

    /// <summary>Ids of all cases.</summary>
    internal static IReadOnlyList<string> Ids { get; } = [.. All.SelectMany(b => b.Ids).Distinct()];
}
