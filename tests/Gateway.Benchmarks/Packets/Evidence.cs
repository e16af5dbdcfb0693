using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;

namespace Gateway.Benchmarks.Packets;

/// <summary>A counter that grows by one with each run of a case: without that the case did not do what it is named for.</summary>
internal sealed record Evidence(string What, Func<PacketBench, Hook, ulong> Count)
{
    /// <summary>Packets a port's hook passed for a reason.</summary>
    internal static Evidence Port(Reason reason) =>
        new($"the port's {reason}", (bench, hook) => bench.PortCount(BenchPort.Host, reason, hook));

    /// <summary>Packets that ran the chain named <see cref="PacketCase.Chain"/>.</summary>
    internal static Evidence Chain { get; } = new("the chain's packets", (bench, _) => bench.ChainPackets(PacketCase.Chain));

    /// <summary>Results of one of the chain's actors.</summary>
    internal static Evidence Step(int step, Reason reason) =>
        new($"actor {step}'s {reason}", (bench, _) => bench.StepReasons(PacketCase.Chain, step).GetValueOrDefault(reason));
}
