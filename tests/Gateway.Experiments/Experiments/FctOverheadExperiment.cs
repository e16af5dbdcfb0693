using System.Globalization;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Experiments;

/// <summary>
/// What an active chain of three actors adds to the time a flow takes: pairs of flows, one with the chain and one without a
/// policy, in random order, over the same attached gateway.
/// </summary>
internal sealed class FctOverheadExperiment : IExperiment
{
    private const double LinkMbps = 100;
    private const int DelayMs = 2;
    private const long Bytes = 1_000_000;
    private const int Pairs = 300, WarmUp = 5;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    // All three look at every packet; set_backup and rate_limit rewrite some. The rate is far above the link's and the subflow
    // is the only one: the flow is not held back by what they ask for.
    private const string Chain =
        """
        version: 1
        name: three-actors
        chains:
          - name: three-actors
            priority: 100
            select:
              port: 5001
            actors:
              - record
              - set_backup: on
              - rate_limit: {rate: 1Gbit/s}
        """;

    public string Name => "fct_overhead";

    public async Task<ExperimentResult> RunAsync(Action<string> progress)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Join = Join.None,
            Path1 = new LinkOptions(LinkMbps, DelayMs),
            RealChecksums = RealChecksums.Gateway,
            // A flow must not begin with what an earlier one learned of the path.
            HostSysctls = new Dictionary<string, string> { ["net.ipv4.tcp_no_metrics_save"] = "1" },
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await using FlowTimer timer = await lab.StartFlowTimerAsync().ConfigureAwait(false);

        var with = new List<double>();
        var without = new List<double>();
        ulong prioritised = 0, clamped = 0;
        var random = new Random(1);
        for (int pair = -WarmUp; pair < Pairs; pair++)
        {
            bool chainFirst = random.Next(2) == 0;
            foreach (bool chain in (bool[])[chainFirst, !chainFirst])
            {
                // Both begin with a call to the daemon and the same pause after it.
                await (chain ? gateway.Client.Policies.ApplyAsync(Chain) : (Task)gateway.Client.Policies.ClearAsync()).ConfigureAwait(false);
                await Task.Delay(s_pause).ConfigureAwait(false);
                FlowTime flow = await timer.MeasureAsync(Bytes, mptcp: true).ConfigureAwait(false);
                if (flow.Mptcp is { Mptcp: false } or { Fallback: true })
                {
                    throw new InvalidOperationException("A flow went on as plain TCP.");
                }

                if (chain)
                {
                    prioritised = await gateway.CountAsync("three-actors", "set_backup", Reason.Done).ConfigureAwait(false);
                    clamped = await gateway.CountAsync("three-actors", "rate_limit", Reason.Done).ConfigureAwait(false);
                    if (prioritised == 0)
                    {
                        throw new InvalidOperationException("The chain rewrote no packet of a flow: it was not active.");
                    }
                }

                if (pair >= 0)
                {
                    (chain ? with : without).Add(flow.Milliseconds);
                }
            }

            if (pair > 0 && pair % 100 == 0)
            {
                progress($"{pair} of {Pairs} pairs");
            }
        }

        double[] overheads = [.. with.Zip(without, (chain, plain) => 100 * ((chain / plain) - 1))];
        double median = Statistics.Median(overheads);
        (double low, double high) = Statistics.MedianInterval(overheads);
        Figures figures = new Figures()
            .Rate("median_pct", median)
            .Rate("ci_low_pct", low)
            .Rate("ci_high_pct", high)
            .Count("pairs", Pairs)
            .Rate("without_policy_ms", Statistics.Median(without))
            .Rate("three_actors_ms", Statistics.Median(with))
            .Count("mp_prio_per_flow", (long)prioritised)
            .Count("windows_rewritten_per_flow", (long)clamped);
        if (!await integrity.ReportAsync(figures).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Checksums were wrong: {figures.Values.ToJsonString()}");
        }

        return new ExperimentResult(
            Name,
            string.Create(CultureInfo.InvariantCulture, $"Completion time of {Bytes / 1e6:F0} MB downloads over {LinkMbps:F0} Mbit/s with a chain of three actors, against no policy."),
            [
                ("without policy, median", $"{Statistics.Median(without):F2} ms"),
                ("record, set_backup, rate_limit, median", $"{Statistics.Median(with):F2} ms"),
                ("overhead, median of pairs", $"{median:+0.000;-0.000} % (research system: 0.63 %)"),
                ("95 % confidence interval", $"{low:+0.000;-0.000} % to {high:+0.000;-0.000} %"),
                ("pairs", $"{Pairs}"),
                ("MP_PRIO written, windows rewritten, in the last flow", $"{prioritised}, {clamped}"),
            ],
            figures.Values,
            [
                new BarPlot(
                    Name, "Overhead of an active three-actor chain", "flow completion time against no policy, %", ["confidence interval, low", "median", "confidence interval, high", "research system"],
                    [("overhead", [low, median, high, 0.63])]),
            ]);
    }
}
