using System.Diagnostics;
using System.Globalization;
using System.Net;
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
    private static readonly double[] s_rates = [1, 5, 20, 50, 90];
    private static readonly int[] s_roundTrips = [0, 2, 10, 50, 200];
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(6);

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
        foreach (int roundTrip in s_roundTrips)
        {
            await HoldAsync(roundTrip).ConfigureAwait(false);
        }

        await ChangeRoundTripAsync().ConfigureAwait(false);
        await SharedAsync().ConfigureAwait(false);
        return new ExperimentResult(
            Name,
            "Payload of downloads under rate_limit over a link of 100 Mbit/s, by the receiver's own count.",
            _rows,
            _figures.Values,
            [new BarPlot(Name, "rate_limit: largest deviation from the rate", "%", ["largest deviation"], [("deviation", [_errors.Max()])])]);
    }

    /// <summary>One subflow; the same running transfer sees every rate, so policies change under traffic.</summary>
    private async Task HoldAsync(int roundTrip)
    {
        await using MptcpLab lab = await RaiseAsync(roundTrip, null).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await using Transfer transfer = await StartAsync(lab).ConfigureAwait(false);
        foreach (double rate in s_rates)
        {
            await LimitAsync(gateway, rate, RateScope.Subflow).ConfigureAwait(false);
            await NoteAsync(lab, gateway, rate, roundTrip, "").ConfigureAwait(false);
        }

        await EndAsync(transfer, integrity).ConfigureAwait(false);
    }

    /// <summary>One subflow whose round-trip time changes. Reno: BBR itself keeps a shorter one of before for ten seconds.</summary>
    private async Task ChangeRoundTripAsync()
    {
        await using MptcpLab lab = await RaiseAsync(10, "reno").ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await using Transfer transfer = await StartAsync(lab).ConfigureAwait(false);
        await LimitAsync(gateway, 20, RateScope.Subflow).ConfigureAwait(false);
        foreach (int changed in (int[])[10, 100, 4, 200, 40])
        {
            await lab.SetDelayAsync(1, changed / 2).ConfigureAwait(false);
            await NoteAsync(lab, gateway, 20, changed, ", changed while it runs").ConfigureAwait(false);
        }

        await EndAsync(transfer, integrity).ConfigureAwait(false);
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
        await NoteBothAsync(lab, "without a limit").ConfigureAwait(false);
        await LimitAsync(gateway, 20, RateScope.Connection).ConfigureAwait(false);
        await NoteBothAsync(lab, "20 Mbit/s per connection").ConfigureAwait(false);
        await LimitAsync(gateway, 20, RateScope.Chain).ConfigureAwait(false);
        await NoteBothAsync(lab, "20 Mbit/s per chain").ConfigureAwait(false);
        foreach (double rate in (double[])[50, 20, 5])
        {
            await LimitAsync(gateway, rate, RateScope.Subflow, lab.Paths[0].Client(lab.Options.Family).ToString()).ConfigureAwait(false);
            await NoteBothAsync(lab, Text($"{rate} Mbit/s on the first subflow only")).ConfigureAwait(false);
        }

        await EndAsync(transfer, integrity).ConfigureAwait(false);
    }

    private static Task<MptcpLab> RaiseAsync(int roundTrip, string? congestionControl) => MptcpLab.RaiseAsync(new LabOptions
    {
        Join = Join.None,
        Path1 = new LinkOptions(LinkMbps, roundTrip / 2),
        RealChecksums = RealChecksums.Gateway,
        CongestionControl = congestionControl,
    });

    private static async Task<Transfer> StartAsync(MptcpLab lab)
    {
        Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Download, Timeout = TimeSpan.FromMinutes(5) })
            .ConfigureAwait(false);
        await transfer.WaitForBytesAsync(500_000).ConfigureAwait(false);
        return transfer;
    }

    private async Task EndAsync(Transfer transfer, Integrity integrity)
    {
        integrity.Note(await transfer.StopAsync().ConfigureAwait(false));
        if (!await integrity.ReportAsync(_figures).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Content or checksums were wrong: {_figures.Values.ToJsonString()}");
        }
    }

    private static Task<ApplyPolicyResponse> LimitAsync(GatewayUnderLab gateway, double rate, RateScope scope, string? client = null) =>
        gateway.Client.Policies.ApplyAsync(PolicyChain.Named("limit")
            .Select(s => client is null ? s.Port(MptcpLab.Port) : s.IpPair(client, "0.0.0.0/0"))
            .Do(a => a.RateLimit((ulong)(rate * 1e6), scope))
            .ToPolicy("limit"));

    private async Task NoteAsync(MptcpLab lab, GatewayUnderLab gateway, double rate, int roundTrip, string more)
    {
        await Task.Delay(s_settle).ConfigureAwait(false);
        ulong dropped = await gateway.CountAsync("limit", "rate_limit", Reason.Policed).ConfigureAwait(false);
        double achieved = (await MeasureAsync(lab).ConfigureAwait(false)).Values.Single();
        dropped = await gateway.CountAsync("limit", "rate_limit", Reason.Policed).ConfigureAwait(false) - dropped;
        double error = 100 * ((achieved / rate) - 1);
        _errors.Add(Math.Abs(error));
        string what = Text($"{rate} Mbit/s at {roundTrip} ms{more}"), value = Text($"{achieved:F2} Mbit/s ({error:+0.0;-0.0} %), {dropped} dropped");
        _rows.Add((what, value));
        _figures.Rate(Text($"rate_{rate}_rtt_{roundTrip}{(more.Length > 0 ? "_changed" : "")}"), achieved);
        _progress($"{what}: {value}");
    }

    private async Task NoteBothAsync(MptcpLab lab, string what)
    {
        await Task.Delay(s_settle).ConfigureAwait(false);
        IReadOnlyDictionary<IPAddress, double> rates = await MeasureAsync(lab).ConfigureAwait(false);
        double[] each = [.. lab.Paths.Select(path => rates[path.Client(lab.Options.Family)])];
        string value = Text($"{each[0]:F2} + {each[1]:F2} = {each.Sum():F2} Mbit/s");
        _rows.Add(($"subflows of 10 and 50 ms, {what}", value));
        _figures.Rates(what.Replace(' ', '_'), each);
        _progress($"{what}: {value}");
    }

    /// <summary>Payload that the client's subflows received in a while, in Mbit/s, by the kernel's own count and local address.</summary>
    private static async Task<IReadOnlyDictionary<IPAddress, double>> MeasureAsync(MptcpLab lab)
    {
        var clock = Stopwatch.StartNew();
        Dictionary<IPAddress, long> before = await ReadAsync().ConfigureAwait(false);
        TimeSpan start = clock.Elapsed;
        await Task.Delay(s_measured).ConfigureAwait(false);
        Dictionary<IPAddress, long> after = await ReadAsync().ConfigureAwait(false);
        double seconds = (clock.Elapsed - start).TotalSeconds;
        return after.ToDictionary(e => e.Key, e => (e.Value - before[e.Key]) * 8 / seconds / 1e6);

        async Task<Dictionary<IPAddress, long>> ReadAsync() => (await lab.Client.ReadSubflowsAsync().ConfigureAwait(false))
            .Where(s => s.Mptcp)
            .ToDictionary(s => s.Local.Address, s => s.BytesReceived);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
