using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Benchmarks.Traffic;
using Gateway.Demo;
using Gateway.Lab;

namespace Gateway.Benchmarks.Hitless;

/// <summary>
/// Policies swapped and the daemon killed and started again while numbered packets pass on one path and an MPTCP transfer
/// loads the machine on the other. Every packet must arrive, and show the marks of one policy. The floor is the same load
/// with nothing changed. Packets that a full queue of the kernel dropped are counted apart: NICs tell of them.
/// </summary>
internal sealed class HitlessBenchmark : IBenchmark
{
    public IReadOnlyList<string> Ids { get; } = ["hitless"];

    public async Task RunAsync(BenchmarkRun run)
    {
        int swaps = run.Pick(1000, 20), restarts = run.Pick(100, 1);
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Join = Join.None, RealChecksums = RealChecksums.Gateway }).ConfigureAwait(false);
        await SynStream.RouteAsync(lab).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        await gateway.Client.Policies.ApplyAsync(SwapPolicies.First).ConfigureAwait(false);
        await using Transfer transfer = await lab.StartTransferAsync(
            new TransferSpec { To = lab.Paths[1].ServerV4, Timeout = TimeSpan.FromMinutes(15), Direction = Direction.Upload }).ConfigureAwait(false);
        await transfer.WaitForBytesAsync(1_000_000).ConfigureAwait(false);

        Window still = await WatchAsync(lab, () => Task.Delay(run.Pick(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1)))).ConfigureAwait(false);
        run.Say($"unchanged: {still}");
        Window swapped = await WatchAsync(lab, async () =>
        {
            for (int i = 1; i <= swaps; i++)
            {
                await gateway.Client.Policies.ApplyAsync(i % 2 == 0 ? SwapPolicies.First : SwapPolicies.Second).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        run.Say($"{swaps} swaps: {swapped}");
        if (swapped.Verdicts is not { First: > 0, Second: > 0 })
        {
            throw new IncorrectCaseException("no packets met one of the two policies");
        }

        Window restarted = await WatchAsync(lab, async () =>
        {
            for (int i = 0; i < restarts; i++)
            {
                await gateway.KillDaemonAsync().ConfigureAwait(false);
                await gateway.StartDaemonAsync().ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        run.Say($"{restarts} restarts: {restarted}");

        TransferResult result = await transfer.StopAsync().ConfigureAwait(false);
        if (!result.ContentOk || result.Lost > 0)
        {
            throw new IncorrectCaseException($"the transfer beside it was broken: {result.Errors}");
        }

        run.Add(CaseResult.Above("hitless", "packets", [swapped.Bad + restarted.Bad], [still.Bad], CaseTarget.ValueBelow(0)));
        Report("hitless/lost_in_swaps", swapped.Lost);
        Report("hitless/mixed_in_swaps", swapped.Verdicts.Mixed);
        Report("hitless/between_hooks_in_swaps", swapped.Verdicts.BetweenHooks);
        Report("hitless/lost_in_restarts", restarted.Lost);
        Report("hitless/mixed_in_restarts", restarted.Verdicts.Mixed + restarted.Verdicts.BetweenHooks);
        Report("hitless/packets", swapped.Sent + restarted.Sent);
        Report("hitless/queue_drops", swapped.QueueDrops + restarted.QueueDrops);
        run.Add(CaseResult.Alone("hitless/swaps", "swaps", [swaps]));
        run.Add(CaseResult.Alone("hitless/restarts", "restarts", [restarts]));
        run.Add(CaseResult.Alone("hitless/load", "Mbit/s", [result.Mbps]));

        void Report(string name, long packets) => run.Add(CaseResult.Alone(name, "packets", [packets]));
    }

    private static async Task<Window> WatchAsync(MptcpLab lab, Func<Task> change)
    {
        var verdicts = new MarkVerdicts();
        long drops = await QueueDrops.ReadAsync(lab).ConfigureAwait(false);
        using var watch = new SynWatch(lab, verdicts.Look);
        long sent;
        using (var stream = new SynStream(lab, burst: 24, TimeSpan.FromMilliseconds(1)))
        {
            await Wait.UntilAsync(() => watch.Received > 0, "numbered packets arrive").ConfigureAwait(false);
            await change().ConfigureAwait(false);
            long seen = watch.Received;
            await Wait.UntilAsync(() => watch.Received > seen, "numbered packets arrive after the change").ConfigureAwait(false);
            stream.Dispose();
            sent = stream.Sent;
        }

        await watch.CatchUpAsync().ConfigureAwait(false);
        watch.Dispose();
        long dropped = await QueueDrops.ReadAsync(lab).ConfigureAwait(false) - drops;
        if (watch.Corrupt > 0 || watch.Duplicates > 0)
        {
            throw new IncorrectCaseException($"{watch.Corrupt} packets arrived with wrong checksums, {watch.Duplicates} twice");
        }

        return new Window(sent, watch.Received, watch.Overrun, dropped, verdicts);
    }

    /// <summary>What was seen over a time.</summary>
    /// <param name="Sent">Packets sent.</param>
    /// <param name="Received">Packets that arrived.</param>
    /// <param name="Overrun">Packets the watch was too slow for.</param>
    /// <param name="QueueDrops">Packets that found a queue full.</param>
    /// <param name="Verdicts">What the others met.</param>
    private sealed record Window(long Sent, long Received, long Overrun, long QueueDrops, MarkVerdicts Verdicts)
    {
        /// <summary>Packets that nothing but the gateway can have lost.</summary>
        internal long Lost => Math.Max(0, Sent - Received - Overrun - QueueDrops);

        internal long Bad => Lost + Verdicts.Mixed + Verdicts.BetweenHooks;

        public override string ToString() =>
            $"{Sent} sent, {Received} received, {QueueDrops} dropped by full queues, {Overrun} unseen, {Verdicts.First} met the first policy, "
            + $"{Verdicts.Second} the second, {Verdicts.Mixed} mixed, {Verdicts.BetweenHooks} one at each hook";
    }
}
