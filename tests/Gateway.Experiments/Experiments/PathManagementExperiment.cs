using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Demo;
using Gateway.Lab;
using Direction = Gateway.Lab.Direction;

namespace Gateway.Experiments;

/// <summary>
/// The server announces two more addresses, the first of them behind the link the connection already uses; the client joins
/// one. With the gateway no subflow joins before the connection carried <see cref="Threshold"/> bytes, and then only over
/// the link that the first does not use.
/// </summary>
internal sealed class PathManagementExperiment : IExperiment
{
    private const double LinkMbps = 50;
    private const int DelayMs = 20;
    private const long Threshold = 1_000_000;
    private const string SharedAddress = "10.77.11.3";
    private const int Windows = 6;

    private static readonly (long Bytes, int Rounds)[] s_sizes = [(10_000, 30), (30_000, 30), (100_000, 30), (1_000_000, 9), (10_000_000, 5)];
    private static readonly long[] s_small = [10_000, 30_000, 100_000];
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private enum Way
    {
        Tcp,
        Default,
        Gateway,
    }

    public string Name => "path_management";

    public async Task<ExperimentResult> RunAsync(Action<string> progress)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Join = Join.None,
            Path1 = new LinkOptions(LinkMbps, DelayMs),
            Path2 = new LinkOptions(LinkMbps, DelayMs),
            SubflowLimit = 1,
            AddAddrLimit = 1,
            RealChecksums = RealChecksums.Gateway,
            HostSysctls = new Dictionary<string, string>
            {
                // A flow must not begin with what an earlier one learned of the path.
                ["net.ipv4.tcp_no_metrics_save"] = "1",
                // Buffers larger than the path holds, from the start: their growth is not what is compared.
                ["net.ipv4.tcp_rmem"] = "4096 2097152 8388608",
                ["net.ipv4.tcp_wmem"] = "4096 2097152 8388608",
            },
        }).ConfigureAwait(false);
        await AnnounceAsync(lab).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);

        (Dictionary<(long Bytes, Way Way), double> medians, double excess) = await TimeFlowsAsync(lab, gateway, progress).ConfigureAwait(false);
        await SetAsync(gateway, lab, Way.Default).ConfigureAwait(false);
        double largeDefault = await LargeAsync(lab, integrity).ConfigureAwait(false);
        progress($"large flow, default: {largeDefault:F1} Mbit/s");
        await SetAsync(gateway, lab, Way.Gateway).ConfigureAwait(false);
        double largeGateway = await LargeAsync(lab, integrity).ConfigureAwait(false);
        progress($"large flow, gateway: {largeGateway:F1} Mbit/s");

        double Small(Way way) => s_small.Average(bytes => medians[(bytes, way)]);
        double gain = 100 * ((largeGateway / largeDefault) - 1);
        Figures figures = new Figures()
            .Rate("small_tcp_ms", Small(Way.Tcp))
            .Rate("small_gateway_ms", Small(Way.Gateway))
            .Rate("small_default_ms", Small(Way.Default))
            .Rate("small_gateway_over_tcp_pct", excess)
            .Rate("large_default_mbps", largeDefault)
            .Rate("large_gateway_mbps", largeGateway)
            .Rate("large_gain_pct", gain);
        figures.Values["flows"] = new JsonArray([.. s_sizes.Select(size => (JsonNode)new JsonObject
        {
            ["bytes"] = size.Bytes,
            ["tcp_ms"] = Math.Round(medians[(size.Bytes, Way.Tcp)], 2),
            ["gateway_ms"] = Math.Round(medians[(size.Bytes, Way.Gateway)], 2),
            ["default_ms"] = Math.Round(medians[(size.Bytes, Way.Default)], 2),
        })]);
        if (!await integrity.ReportAsync(figures).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Content or checksums were wrong: {figures.Values.ToJsonString()}");
        }

        string[] names = [.. s_sizes.Select(size => Text(size.Bytes))];
        return new ExperimentResult(
            Name,
            "Flow completion times and large-flow goodput; by default the second subflow shares the first one's link.",
            [
                .. s_sizes.Select(size => ($"{Text(size.Bytes)}: TCP, gateway, default", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{medians[(size.Bytes, Way.Tcp)]:F2}, {medians[(size.Bytes, Way.Gateway)]:F2}, {medians[(size.Bytes, Way.Default)]:F2} ms"))),
                ("small flows, gateway against TCP, median of pairs", $"{excess:+0.00;-0.00} %"),
                ("large flow, default", $"{largeDefault:F1} Mbit/s"),
                ("large flow, gateway", $"{largeGateway:F1} Mbit/s"),
                ("gain", $"{gain:+0.0;-0.0} % (research system: +23.1 %)"),
            ],
            figures.Values,
            [
                new BarPlot($"{Name}_fct", "Flow completion times", "median, ms", names,
                [
                    .. Enum.GetValues<Way>().Select(way => (way.ToString(), (IReadOnlyList<double>)[.. s_sizes.Select(size => medians[(size.Bytes, way)])])),
                ], Logarithmic: true),
                new BarPlot($"{Name}_large", "A large flow", "goodput, Mbit/s", ["default MPTCP", "gateway"], [("goodput", [largeDefault, largeGateway])]),
            ]);
    }

    private static string Text(long bytes) => bytes >= 1_000_000 ? $"{bytes / 1_000_000} MB" : $"{bytes / 1000} kB";

    /// <summary>The address behind the first link has the lower id and is announced first.</summary>
    private static Task AnnounceAsync(MptcpLab lab)
    {
        LabPath first = lab.Paths[0], second = lab.Paths[1];
        return lab.Server.IpAsync(
            $"address add {SharedAddress}/24 dev {first.ServerNic}",
            $"mptcp endpoint add {SharedAddress} id 1 dev {first.ServerNic} signal",
            $"mptcp endpoint add {second.ServerV4} id 2 dev {second.ServerNic} signal");
    }

    private static Task SetAsync(GatewayUnderLab gateway, MptcpLab lab, Way way) => way == Way.Gateway
        ? gateway.Client.Policies.ApplyAsync(Policy(lab))
        : gateway.Client.Policies.ClearAsync();

    private static string Policy(MptcpLab lab) => string.Create(CultureInfo.InvariantCulture, $$"""
        version: 1
        name: path-management
        chains:
          - name: hide-addresses
            priority: 200
            select:
              - src: {{lab.Paths[0].ServerV4}}
              - packet_type: add_addr
            actors:
              - blk_subflow
          - name: other-link
            priority: 100
            select:
              - ip_pair: {a: {{lab.Paths[0].ClientV4}}, b: {{lab.Paths[0].ServerV4}}}
              - connection: {bytes: "{{Threshold}}-"}
            actors:
              - add_subflow: {announce: [{address: {{lab.Paths[1].ServerV4}}}], to: client}
        """);

    /// <summary>Medians by size and way, and the median excess of the gateway over TCP in pairs of small flows, in per cent.</summary>
    private static async Task<(Dictionary<(long Bytes, Way Way), double> Medians, double ExcessPct)> TimeFlowsAsync(
        MptcpLab lab, GatewayUnderLab gateway, Action<string> progress)
    {
        var excess = new List<double>();
        await using FlowTimer timer = await lab.StartFlowTimerAsync().ConfigureAwait(false);
        var medians = new Dictionary<(long Bytes, Way Way), double>();
        var random = new Random(1);
        foreach ((long bytes, int rounds) in s_sizes)
        {
            Dictionary<Way, List<double>> times = Enum.GetValues<Way>().ToDictionary(way => way, _ => new List<double>());
            for (int round = -1; round < rounds; round++)
            {
                Way[] order = Enum.GetValues<Way>();
                random.Shuffle(order);
                foreach (Way way in order)
                {
                    await SetAsync(gateway, lab, way).ConfigureAwait(false);
                    await Task.Delay(s_pause).ConfigureAwait(false);
                    FlowTime flow = await timer.MeasureAsync(bytes, way != Way.Tcp).ConfigureAwait(false);
                    Check(way, bytes, flow);
                    if (round >= 0)
                    {
                        times[way].Add(flow.Milliseconds);
                    }
                }
            }

            if (s_small.Contains(bytes))
            {
                excess.AddRange(times[Way.Gateway].Zip(times[Way.Tcp], (ours, plain) => 100 * ((ours / plain) - 1)));
            }

            foreach ((Way way, List<double> all) in times)
            {
                medians[(bytes, way)] = Statistics.Median(all);
            }

            progress($"{Text(bytes)}: TCP {medians[(bytes, Way.Tcp)]:F2} ms, gateway {medians[(bytes, Way.Gateway)]:F2} ms, default {medians[(bytes, Way.Default)]:F2} ms");
        }

        return (medians, Statistics.Median(excess));
    }

    private static void Check(Way way, long bytes, FlowTime flow)
    {
        bool plain = !flow.Mptcp.Mptcp || flow.Mptcp.Fallback;
        if (plain != (way == Way.Tcp) || (way == Way.Gateway && bytes < Threshold && flow.Mptcp.Subflows != 1))
        {
            throw new InvalidOperationException($"A flow of {bytes} bytes, {way}: {flow.Mptcp}");
        }
    }

    private static async Task<double> LargeAsync(MptcpLab lab, Integrity integrity)
    {
        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Download }).ConfigureAwait(false);
        await transfer.WaitForBytesAsync(2 * Threshold).ConfigureAwait(false);
        await Task.Delay(s_settle).ConfigureAwait(false);
        double rate = await Goodput.MeasureAsync([transfer], Windows).ConfigureAwait(false);
        TransferResult result = await transfer.StopAsync().ConfigureAwait(false);
        integrity.Note(result);
        return result is { PlainTcp: false, Subflows: 2 }
            ? rate
            : throw new InvalidOperationException($"The large flow has {result.Subflows} subflows. {result.Errors}");
    }
}
