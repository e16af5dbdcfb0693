using System.Diagnostics;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Benchmarks.Traffic;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Benchmarks.Daemon;

/// <summary>
/// Events per second that gatewayd takes from the kernel without losing one: every packet of a growing stream is traced at
/// one hook, until events are lost or the machine sends no more.
/// </summary>
internal sealed class EventRateBenchmark : IBenchmark
{
    private const string Policy =
        "version: 1\nname: trace\nchains:\n  - {name: trace, priority: 1, ports: [gc1], select: {packet_type: syn}, actors: [trace]}\n";

    public IReadOnlyList<string> Ids { get; } = ["events"];

    public async Task RunAsync(BenchmarkRun run)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Join = Join.None }).ConfigureAwait(false);
        await SynStream.RouteAsync(lab).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        await gateway.Client.Policies.ApplyAsync(Policy).ConfigureAwait(false);

        double best = 0;
        int[] bursts = run.Pick<int[]>([8, 16, 32, 64, 128, 192, 256, 384, 512], [8]);
        foreach (int burst in bursts)
        {
            (ulong Traced, ulong Lost) before = await ReadAsync(gateway).ConfigureAwait(false);
            var clock = Stopwatch.StartNew();
            using (var stream = new SynStream(lab, burst, TimeSpan.FromMilliseconds(1)))
            {
                await Task.Delay(run.Pick(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(500))).ConfigureAwait(false);
            }

            double seconds = clock.Elapsed.TotalSeconds;
            (ulong Traced, ulong Lost) after = await ReadAsync(gateway).ConfigureAwait(false);
            double rate = (after.Traced - before.Traced) / seconds;
            run.Say(FormattableString.Invariant($"{rate:0} traced packets/s: {after.Lost - before.Lost} events lost"));
            if (after.Lost > before.Lost)
            {
                break;
            }

            best = Math.Max(best, rate);
        }

        if (best == 0)
        {
            throw new IncorrectCaseException("events were lost, or none came, at the lowest rate");
        }

        run.Add(CaseResult.Alone("events", "1/s", [best]));
    }

    private static async Task<(ulong Traced, ulong Lost)> ReadAsync(GatewayUnderLab gateway)
    {
        CountersResponse counters = await gateway.Client.Telemetry.CountersAsync().ConfigureAwait(false);
        return (counters.Chains.Single().Packets, counters.EventsLost);
    }
}
