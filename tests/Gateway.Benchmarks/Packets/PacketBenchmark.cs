using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;

namespace Gateway.Benchmarks.Packets;

/// <summary>What a packet costs in the packet programs, at both hooks and in both families.</summary>
internal sealed class PacketBenchmark : IBenchmark
{
    public IReadOnlyList<string> Ids { get; } = [.. PacketCases.All.Select(c => c.Id)];

    public Task RunAsync(BenchmarkRun run)
    {
        foreach (Hook hook in (Hook[])[Hook.Ingress, Hook.Egress])
        {
            foreach ((string family, Conversation conversation) in ((string, Conversation)[])[("v4", new Conversation()), ("v6", Conversation.V6)])
            {
                using var meter = new PacketMeter(hook, family, conversation, run.Rounds);
                if (family == "v4")
                {
                    run.Add(meter.Facts);
                }

                foreach (PacketCase @case in PacketCases.All.Where(c => run.Wants(c.Id)))
                {
                    run.Measure($"{(hook == Hook.Ingress ? "xdp" : "tc")}/{family}/{@case.Id}", () => meter.Run(@case));
                }
            }
        }

        return Task.CompletedTask;
    }
}
