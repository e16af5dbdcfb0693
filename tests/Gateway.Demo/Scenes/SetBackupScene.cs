using Gateway.Client;
using Gateway.Lab;
using Direction = Gateway.Lab.Direction;

namespace Gateway.Demo;

/// <summary>A subflow under load is demoted: its sender moves the data to the other path.</summary>
public sealed class SetBackupScene(LabMode mode = LabMode.Routed) : IScene
{
    private const double LinkMbps = 40;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public string Name => mode == LabMode.Wire ? "set_backup_wire" : "set_backup";

    /// <inheritdoc/>
    public async Task<SceneResult> RunAsync(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Mode = mode,
            Family = family,
            Path1 = new LinkOptions(LinkMbps),
            Path2 = new LinkOptions(LinkMbps),
            RealChecksums = mode == LabMode.Wire ? RealChecksums.Everywhere : RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);

        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Download }).ConfigureAwait(false);
        await transfer.WaitForBytesAsync(4_000_000).ConfigureAwait(false);
        PathRates before = await MeasureAsync(lab).ConfigureAwait(false);

        LabPath path = lab.Paths[0];
        await gateway.Client.Policies.ApplyAsync(PolicyChain.Named("demote-path1")
            .Select(s => s.IpPair(path.Client(family).ToString(), path.Server(family).ToString()))
            .Do(a => a.SetBackup())
            .ToPolicy("keep-path1-as-backup")).ConfigureAwait(false);
        await Wait.UntilAsync(
            async () => await integrity.GrowthAsync("MPTcpExtMPPrioRx").ConfigureAwait(false) > 0,
            "a host to count MP_PRIO").ConfigureAwait(false);
        // What the demoted subflow had in flight still arrives.
        await Task.Delay(Window / 3).ConfigureAwait(false);
        PathRates after = await MeasureAsync(lab).ConfigureAwait(false);

        TransferResult result = await transfer.StopAsync().ConfigureAwait(false);
        integrity.Note(result);
        long seen = await integrity.GrowthAsync("MPTcpExtMPPrioRx").ConfigureAwait(false);
        Figures figures = new Figures()
            .Rate("path1_before_mbps", before.Mbps(1, Direction.Download))
            .Rate("path1_after_mbps", after.Mbps(1, Direction.Download))
            .Rate("path2_before_mbps", before.Mbps(2, Direction.Download))
            .Rate("path2_after_mbps", after.Mbps(2, Direction.Download))
            .Count("mp_prio_rx", seen);
        bool whole = await integrity.ReportAsync(figures).ConfigureAwait(false);
        bool moved = after.Mbps(1, Direction.Download) < 0.05 * before.Mbps(1, Direction.Download)
            && after.Mbps(2, Direction.Download) > 0.8 * before.Mbps(2, Direction.Download);
        return new SceneResult(
            Name, family, whole && moved && seen > 0 && !result.PlainTcp,
            "MP_PRIO, written into a passing packet, demotes the first subflow: its data moves to the other path.",
            [
                new SceneRow("path 1, Mbit/s", $"{before.Mbps(1, Direction.Download):F1}", $"{after.Mbps(1, Direction.Download):F1}"),
                new SceneRow("path 2, Mbit/s", $"{before.Mbps(2, Direction.Download):F1}", $"{after.Mbps(2, Direction.Download):F1}"),
                new SceneRow("MP_PRIO counted by the hosts", "0", $"{seen}"),
            ],
            figures);
    }

    private static async Task<PathRates> MeasureAsync(MptcpLab lab)
    {
        PathReading start = await lab.ReadPathsAsync().ConfigureAwait(false);
        await Task.Delay(Window).ConfigureAwait(false);
        return (await lab.ReadPathsAsync().ConfigureAwait(false)).Since(start);
    }
}
