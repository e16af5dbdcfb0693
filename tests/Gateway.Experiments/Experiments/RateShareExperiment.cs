using System.Net;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Experiments;

/// <summary>
/// Two subflows with unequal round-trip times: how a rate_limit of their connection or chain is dealt to them, and what
/// a limit on one of them costs the other.
/// </summary>
internal sealed class RateShareExperiment : IExperiment
{
    private readonly List<(string What, string Value)> _rows = [];
    private readonly Figures _figures = new();
    private Action<string> _progress = static _ => { };

    public string Name => "rate_limit_shared";

    public async Task<ExperimentResult> RunAsync(Action<string> progress)
    {
        _progress = progress;
        _rows.Clear();
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Path1 = new LinkOptions(Limits.LinkMbps, DelayMs: 5),
            Path2 = new LinkOptions(Limits.LinkMbps, DelayMs: 25),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await using Transfer transfer = await Limits.StartAsync(lab).ConfigureAwait(false);
        await Wait.UntilAsync(
            async () => (await lab.Client.ReadSubflowsAsync().ConfigureAwait(false)).Any(s => s.Joined), "the second subflow").ConfigureAwait(false);
        await NoteBothAsync(lab, "without a limit").ConfigureAwait(false);
        await Limits.LimitAsync(gateway, 20, RateScope.Connection).ConfigureAwait(false);
        await NoteBothAsync(lab, "20 Mbit/s per connection").ConfigureAwait(false);
        await Limits.LimitAsync(gateway, 20, RateScope.Chain).ConfigureAwait(false);
        await NoteBothAsync(lab, "20 Mbit/s per chain").ConfigureAwait(false);
        foreach (double rate in (double[])[50, 20, 5])
        {
            await Limits.LimitAsync(gateway, rate, RateScope.Subflow, lab.Paths[0].Client(lab.Options.Family).ToString()).ConfigureAwait(false);
            await NoteBothAsync(lab, Limits.Text($"{rate} Mbit/s on the first subflow only")).ConfigureAwait(false);
        }

        await Limits.EndAsync(transfer, integrity, _figures).ConfigureAwait(false);
        return new ExperimentResult(
            Name, "Payload of a download over two subflows, each on a link of 100 Mbit/s, by the receiver's own count.", _rows, _figures.Values, []);
    }

    private async Task NoteBothAsync(MptcpLab lab, string what)
    {
        await Task.Delay(Limits.Settle).ConfigureAwait(false);
        IReadOnlyDictionary<IPAddress, double> rates = await Limits.MeasureAsync(lab).ConfigureAwait(false);
        double[] each = [.. lab.Paths.Select(path => rates[path.Client(lab.Options.Family)])];
        string value = Limits.Text($"{each[0]:F2} + {each[1]:F2} = {each.Sum():F2} Mbit/s");
        _rows.Add(($"subflows of 10 and 50 ms, {what}", value));
        _figures.Rates(what.Replace(' ', '_'), each);
        _progress($"{what}: {value}");
    }
}
