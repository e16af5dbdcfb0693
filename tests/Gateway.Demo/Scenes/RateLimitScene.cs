using Gateway.Client;
using Gateway.Lab;

namespace Gateway.Demo;

/// <summary>A subflow is held to a rate through the receive window its sender sees.</summary>
public sealed class RateLimitScene : IScene
{
    private static readonly double[] Targets = [2, 10, 25, 50];
    private const double Tolerance = 0.05;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string Name => "rate_limit";

    /// <inheritdoc/>
    public async Task<SceneResult> RunAsync(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Family = family,
            Join = Join.None,
            Path1 = new LinkOptions(RateMbps: 100, DelayMs: 10),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);

        double free = await Throughput.MeasureAsync(lab, Direction.Download, s_settle, integrity).ConfigureAwait(false);
        var achieved = new List<double>();
        foreach (double target in Targets)
        {
            await gateway.Client.Policies.ApplyAsync(PolicyChain.Named("cap")
                .Select(s => s.Port(MptcpLab.Port))
                .Do(a => a.RateLimit((ulong)(target * 1e6)))
                .ToPolicy("cap-subflows")).ConfigureAwait(false);
            achieved.Add(await Throughput.MeasureAsync(lab, Direction.Download, s_settle, integrity).ConfigureAwait(false));
        }

        Figures figures = new Figures()
            .Rate("unlimited_mbps", free)
            .Rates("target_mbps", Targets)
            .Rates("achieved_mbps", achieved);
        bool whole = await integrity.ReportAsync(figures).ConfigureAwait(false);
        bool held = Targets.Zip(achieved).All(pair => Math.Abs(pair.Second - pair.First) <= Tolerance * pair.First);
        return new SceneResult(
            Name, family, whole && held,
            "The window in passing ACKs opens at the rate; the sender keeps to it.",
            [.. Targets.Zip(achieved).Select(pair =>
                new SceneRow($"held to {pair.First:F0} Mbit/s", $"{free:F1}", $"{pair.Second:F2}"))],
            figures);
    }
}
