using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.Demo;

/// <summary>Two subflows that share a link by default are spread over two equal ones.</summary>
public sealed class RedirectScene : IScene
{
    private const double LinkMbps = 40;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2.5);

    /// <inheritdoc/>
    public string Name => "redirect";

    /// <inheritdoc/>
    public async Task<SceneResult> RunAsync(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Mode = LabMode.Spread,
            Family = family,
            Path1 = new LinkOptions(LinkMbps),
            Path2 = new LinkOptions(LinkMbps),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);

        double one = await Throughput.MeasureAsync(lab, Direction.Upload, s_settle, integrity).ConfigureAwait(false);
        string first = lab.Paths[0].GatewayServerPort, second = lab.Paths[1].GatewayServerPort;
        await gateway.Client.Policies.ApplyAsync(PolicyChain.Named("spread")
            .At(Hook.Egress)
            .On(first, second)
            .Select(s => s.DstPort(MptcpLab.Port))
            .Do(a => a.Redirect(first, second))
            .ToPolicy("spread-over-links")).ConfigureAwait(false);
        double spread = await Throughput.MeasureAsync(lab, Direction.Upload, s_settle, integrity).ConfigureAwait(false);

        Figures figures = new Figures().Rate("one_link_mbps", one).Rate("spread_mbps", spread);
        bool whole = await integrity.ReportAsync(figures).ConfigureAwait(false);
        return new SceneResult(
            Name, family, whole && spread >= 1.8 * one,
            "Both subflows took the same link; dealt over two, the connection gets the sum.",
            [new SceneRow("upload, Mbit/s", $"{one:F1}", $"{spread:F1}")],
            figures);
    }
}
