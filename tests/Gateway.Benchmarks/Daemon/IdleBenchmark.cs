using System.Diagnostics;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Client;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Benchmarks.Daemon;

/// <summary>CPU share and memory of gatewayd while connections are open and idle; the floor is the same daemon with none.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    /// <summary>What the daemon does least often, to look at the flow table, falls into each.</summary>
    private static readonly TimeSpan s_span = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connections, and how long the daemon has had them before the first span. Code is compiled anew when it has run thirty times:
    /// what runs every second, and what runs for each flow.
    /// </summary>
    private static readonly (int Connections, TimeSpan Settling)[] s_loads =
    [
        (0, TimeSpan.FromSeconds(40)),
        (1000, TimeSpan.FromSeconds(30)),
        (10_000, TimeSpan.FromSeconds(10)),
    ];

    public IReadOnlyList<string> Ids { get; } = [.. s_loads.Select(l => Id(l.Connections))];

    public async Task RunAsync(BenchmarkRun run)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Join = Join.None }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        await gateway.Client.Policies.ApplyAsync(
            PolicyChain.Named("watch").Select(s => s.PacketType(PacketType.Mptcp)).Do(a => a.Record()).ToPolicy("idle")).ConfigureAwait(false);
        await using var hosts = new IdleHosts(lab);

        double floor = 0;
        foreach ((int count, TimeSpan settling) in s_loads.Where(l => run.Wants(Id(l.Connections)) || l.Connections == 0))
        {
            await hosts.OpenAsync(count).ConfigureAwait(false);
            await Wait.UntilAsync(
                async () => (await gateway.Client.System.StatusAsync().ConfigureAwait(false)).Connections == count,
                $"the daemon knows {count} connections",
                TimeSpan.FromMinutes(1)).ConfigureAwait(false);

            await Task.Delay(run.Pick(settling, TimeSpan.FromSeconds(1))).ConfigureAwait(false);
            double[] shares = await SharesAsync(gateway.DaemonPid, run.Pick(2, 1), run.Pick(s_span, TimeSpan.FromSeconds(1))).ConfigureAwait(false);
            long memory = gateway.ResidentBytes();
            int known = (await gateway.Client.Connections.ListAsync().ConfigureAwait(false)).Connections.Count;
            if (known != count)
            {
                throw new IncorrectCaseException($"{Id(count)}: the daemon knows {known} connections");
            }

            floor = count == 0 ? CaseResult.Median(shares) : floor;
            run.Add(CaseResult.Above(Id(count), "%", shares, [floor], count == 1000 ? CaseTarget.ValueBelow(0.35) : null));
            run.Add(CaseResult.Alone($"{Id(count)}/memory", "MiB", [memory / 1048576.0]));
        }
    }

    private static string Id(int connections) => $"daemon_idle_{connections}";

    /// <summary>Per cent of one core that a process uses, over spans of time.</summary>
    private static async Task<double[]> SharesAsync(int pid, int samples, TimeSpan span)
    {
        double[] shares = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            TimeSpan before = ProcessClock.Read(pid);
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(span).ConfigureAwait(false);
            shares[i] = 100 * (ProcessClock.Read(pid) - before) / Stopwatch.GetElapsedTime(start);
        }

        return shares;
    }
}
