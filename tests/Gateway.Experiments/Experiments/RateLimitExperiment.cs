using System.Globalization;
using Gateway.Client;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.Experiments;

/// <summary>
/// What rate_limit holds: rates over round-trip times, a round-trip time that changes, rates near the link's, how a
/// connection's limit is dealt to its subflows, and what a limited subflow costs the other one.
/// </summary>
internal sealed class RateLimitExperiment : IExperiment
{
    private const double LinkMbps = 100;
    private const int Windows = 4;
    private static readonly double[] s_rates = [1, 5, 20, 50];
    private static readonly double[] s_nearLink = [80, 90];
    private static readonly int[] s_roundTrips = [0, 2, 10, 50, 200];
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    private readonly List<(string What, string Value)> _rows = [];
    private readonly Figures _figures = new();
    private readonly List<double> _errors = [];
    private Action<string> _progress = static _ => { };

    public string Name => "rate_limit";

    public async Task<ExperimentResult> RunAsync(Action<string> progress)
    {
        _progress = progress;
        _rows.Clear();
        _errors.Clear();
        await AcrossRoundTripsAsync().ConfigureAwait(false);
        await SharedAsync().ConfigureAwait(false);
        return new ExperimentResult(
            Name,
            "Goodput of downloads under rate_limit, median of windows of one second.",
            _rows,
            _figures.Values,
            [new BarPlot(Name, "rate_limit: largest deviation from the rate", "%", ["largest deviation"], [("deviation", [_errors.Max()])])]);
    }

    /// <summary>One subflow; the same running transfer sees every rate, so policies change under traffic.</summary>
    private async Task AcrossRoundTripsAsync()
    {
        foreach (int roundTrip in s_roundTrips)
        {
            await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
            {
                Join = Join.None,
                Path1 = new LinkOptions(LinkMbps, roundTrip / 2),
                RealChecksums = RealChecksums.Gateway,
            }).ConfigureAwait(false);
            await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
            Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
            await using Transfer transfer = await StartAsync(lab).ConfigureAwait(false);
            foreach (double rate in (double[])[.. s_rates, .. s_nearLink])
            {
                await LimitAsync(gateway, rate, RateScope.Subflow).ConfigureAwait(false);
                await Task.Delay(s_settle).ConfigureAwait(false);
                await NoteAsync(gateway, transfer, rate, roundTrip, "").ConfigureAwait(false);
            }

            if (roundTrip == 10)
            {
                await LimitAsync(gateway, 20, RateScope.Subflow).ConfigureAwait(false);
                foreach (int changed in (int[])[100, 4, 40])
                {
                    await lab.SetDelayAsync(1, changed / 2).ConfigureAwait(false);
                    await Task.Delay(s_settle).ConfigureAwait(false);
                    await NoteAsync(gateway, transfer, 20, changed, ", changed while it runs").ConfigureAwait(false);
                }
            }

            integrity.Note(await transfer.StopAsync().ConfigureAwait(false));
            if (!await integrity.ReportAsync(_figures).ConfigureAwait(false))
            {
                throw new InvalidOperationException($"Content or checksums were wrong at {roundTrip} ms: {_figures.Values.ToJsonString()}");
            }
        }
    }

    /// <summary>Two subflows with unequal round-trip times.</summary>
    private async Task SharedAsync()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Path1 = new LinkOptions(LinkMbps, DelayMs: 5),
            Path2 = new LinkOptions(LinkMbps, DelayMs: 25),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await using Transfer transfer = await StartAsync(lab).ConfigureAwait(false);
        await Wait.UntilAsync(
            async () => (await lab.Client.ReadSubflowsAsync().ConfigureAwait(false)).Any(s => s.Joined), "the second subflow").ConfigureAwait(false);
        await NotePathsAsync(lab, "without a limit").ConfigureAwait(false);
        await LimitAsync(gateway, 20, RateScope.Connection).ConfigureAwait(false);
        await NotePathsAsync(lab, "20 Mbit/s per connection").ConfigureAwait(false);
        await LimitAsync(gateway, 20, RateScope.Chain).ConfigureAwait(false);
        await NotePathsAsync(lab, "20 Mbit/s per chain").ConfigureAwait(false);
        foreach (double rate in (double[])[50, 20, 5])
        {
            await LimitAsync(gateway, rate, RateScope.Subflow, lab.Paths[0].Client(lab.Options.Family).ToString()).ConfigureAwait(false);
            await NotePathsAsync(lab, Text($"{rate} Mbit/s on the first subflow only")).ConfigureAwait(false);
        }

        integrity.Note(await transfer.StopAsync().ConfigureAwait(false));
        if (!await integrity.ReportAsync(_figures).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Content or checksums were wrong: {_figures.Values.ToJsonString()}");
        }
    }

    private static async Task<Transfer> StartAsync(MptcpLab lab)
    {
        Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Download, Timeout = TimeSpan.FromMinutes(5) })
            .ConfigureAwait(false);
        await transfer.WaitForBytesAsync(500_000).ConfigureAwait(false);
        return transfer;
    }

    private static Task<ApplyPolicyResponse> LimitAsync(GatewayUnderLab gateway, double rate, RateScope scope, string? client = null) =>
        gateway.Client.Policies.ApplyAsync(PolicyChain.Named("limit")
            .Select(s => client is null ? s.Port(MptcpLab.Port) : s.IpPair(client, "0.0.0.0/0"))
            .Do(a => a.RateLimit((ulong)(rate * 1e6), scope))
            .ToPolicy("limit"));

    private async Task NoteAsync(GatewayUnderLab gateway, Transfer transfer, double rate, int roundTrip, string more)
    {
        double achieved = await Goodput.MeasureAsync([transfer], Windows).ConfigureAwait(false);
        double error = 100 * ((achieved / rate) - 1);
        ulong policed = await gateway.CountAsync("limit", "rate_limit", Reason.Policed).ConfigureAwait(false);
        _errors.Add(Math.Abs(error));
        string what = Text($"{rate} Mbit/s at {roundTrip} ms{more}");
        _rows.Add((what, Text($"{achieved:F2} Mbit/s ({error:+0.0;-0.0} %), {policed} dropped")));
        _figures.Rate(Text($"rate_{rate}_rtt_{roundTrip}{(more.Length > 0 ? "_changed" : "")}"), achieved);
        _progress(Text($"{what}: {achieved:F2} ({error:+0.0;-0.0} %), {policed} dropped so far"));
    }

    private async Task NotePathsAsync(MptcpLab lab, string what)
    {
        await Task.Delay(s_settle).ConfigureAwait(false);
        PathReading before = await lab.ReadPathsAsync().ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(Windows)).ConfigureAwait(false);
        PathRates rates = (await lab.ReadPathsAsync().ConfigureAwait(false)).Since(before);
        double first = rates.Mbps(1, Direction.Download), second = rates.Mbps(2, Direction.Download);
        _rows.Add((Text($"two subflows of 10 and 50 ms, {what}"), Text($"{first:F1} and {second:F1} Mbit/s on the wire")));
        _figures.Rates(what.Replace(' ', '_'), [first, second]);
        _progress(Text($"{what}: {first:F1} and {second:F1} Mbit/s on the wire"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
