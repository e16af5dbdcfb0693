using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Experiments;

/// <summary>
/// What rate_limit holds: rates up to near the link's over round-trip times, and a round-trip time that changes.
/// </summary>
internal sealed class RateLimitExperiment : IExperiment
{
    private static readonly double[] s_rates = [1, 5, 20, 50, 90];
    private static readonly int[] s_roundTrips = [0, 2, 10, 50, 200];

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
        await using Transfer transfer = await Limits.StartAsync(lab).ConfigureAwait(false);
        // What the sender reaches by itself tells what can be missing under a limit.
        await Limits.ReleaseAsync(gateway).ConfigureAwait(false);
        await SettleAsync(roundTrip).ConfigureAwait(false);
        double free = (await Limits.MeasureAsync(lab).ConfigureAwait(false)).Values.Single();
        string row = Limits.Text($"no limit at {roundTrip} ms"), reached = Limits.Text($"{free:F2} Mbit/s");
        _rows.Add((row, reached));
        _figures.Rate(Limits.Text($"free_rtt_{roundTrip}"), free);
        _progress($"{row}: {reached}");
        foreach (double rate in s_rates)
        {
            await Limits.LimitAsync(gateway, rate, RateScope.Subflow).ConfigureAwait(false);
            await NoteAsync(lab, gateway, rate, roundTrip, "").ConfigureAwait(false);
        }

        await Limits.EndAsync(transfer, integrity, _figures).ConfigureAwait(false);
    }

    /// <summary>One subflow whose round-trip time changes. Reno: BBR itself keeps a shorter one of before for ten seconds.</summary>
    private async Task ChangeRoundTripAsync()
    {
        await using MptcpLab lab = await RaiseAsync(10, "reno").ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await using Transfer transfer = await Limits.StartAsync(lab).ConfigureAwait(false);
        await Limits.LimitAsync(gateway, 20, RateScope.Subflow).ConfigureAwait(false);
        foreach (int changed in (int[])[10, 100, 4, 200, 40])
        {
            await lab.SetDelayAsync(1, changed / 2).ConfigureAwait(false);
            await NoteAsync(lab, gateway, 20, changed, ", changed while it runs").ConfigureAwait(false);
        }

        await Limits.EndAsync(transfer, integrity, _figures).ConfigureAwait(false);
    }

    private static Task<MptcpLab> RaiseAsync(int roundTrip, string? congestionControl) => MptcpLab.RaiseAsync(new LabOptions
    {
        Join = Join.None,
        Path1 = new LinkOptions(Limits.LinkMbps, roundTrip / 2),
        RealChecksums = RealChecksums.Gateway,
        CongestionControl = congestionControl,
    });

    /// <summary>BBR looks for more bandwidth every eighth round trip.</summary>
    private static Task SettleAsync(int roundTrip) => Task.Delay(Limits.Settle + TimeSpan.FromMilliseconds(25 * roundTrip));

    private async Task NoteAsync(MptcpLab lab, GatewayUnderLab gateway, double rate, int roundTrip, string more)
    {
        await SettleAsync(roundTrip).ConfigureAwait(false);
        ulong dropped = await gateway.CountAsync("limit", "rate_limit", Reason.Policed).ConfigureAwait(false);
        Task<double> sender = SenderAllowsAsync(lab);
        double achieved = (await Limits.MeasureAsync(lab).ConfigureAwait(false)).Values.Single();
        double allowed = await sender.ConfigureAwait(false);
        dropped = await gateway.CountAsync("limit", "rate_limit", Reason.Policed).ConfigureAwait(false) - dropped;
        double error = 100 * ((achieved / rate) - 1);
        _errors.Add(Math.Abs(error));
        string what = Limits.Text($"{rate} Mbit/s at {roundTrip} ms{more}"), value = Limits.Text($"{achieved:F2} Mbit/s ({error:+0.0;-0.0} %), {dropped} dropped, the sender's congestion window allows {allowed:F1}");
        _rows.Add((what, value));
        _figures.Rate(Limits.Text($"rate_{rate}_rtt_{roundTrip}{(more.Length > 0 ? "_changed" : "")}"), achieved);
        _figures.Rate(Limits.Text($"sender_{rate}_rtt_{roundTrip}{(more.Length > 0 ? "_changed" : "")}"), allowed);
        _progress($"{what}: {value}");
    }

    /// <summary>What the sender's own congestion window lets it send, in Mbit/s: no receive window makes it faster.</summary>
    private static async Task<double> SenderAllowsAsync(MptcpLab lab)
    {
        var allowed = new List<double>();
        for (int i = 0; i < 7; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            SubflowReading subflow = (await lab.Server.ReadSubflowsAsync().ConfigureAwait(false)).Single(s => s.Mptcp);
            allowed.Add(subflow.CongestionWindow * 8 / subflow.RttMs / 1e3);
        }

        return Statistics.Median(allowed);
    }
}
