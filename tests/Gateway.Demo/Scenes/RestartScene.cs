using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Demo;

/// <summary>The daemon is killed and restarted under load: nothing is lost and the policy stays in force throughout.</summary>
public sealed class RestartScene : IScene
{
    private const int Connections = 2, Restarts = 2;

    /// <inheritdoc/>
    public string Name => "restart";

    /// <inheritdoc/>
    public async Task<SceneResult> RunAsync(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Family = family,
            Path1 = new LinkOptions(30),
            Path2 = new LinkOptions(30),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);

        await gateway.Client.Policies.ApplyAsync(PolicyChain.Named("watch")
            .Select(s => s.PacketType(PacketType.Mptcp))
            .Do(a => a.Record().Count())
            .ToPolicy("record-everything")).ConfigureAwait(false);
        AppliedPolicy applied = (await gateway.Client.Policies.GetAsync().ConfigureAwait(false)).Applied;

        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Connections = Connections }).ConfigureAwait(false);
        await transfer.WaitForBytesAsync(2_000_000).ConfigureAwait(false);

        bool inForce = true, readopted = true;
        for (int round = 0; round < Restarts; round++)
        {
            ulong counted = await gateway.CountAsync("watch", "count", Reason.Done).ConfigureAwait(false);
            await gateway.KillDaemonAsync().ConfigureAwait(false);
            await transfer.WaitForBytesAsync(transfer.Bytes + 2_000_000).ConfigureAwait(false);
            await gateway.StartDaemonAsync().ConfigureAwait(false);
            StatusResponse status = await gateway.Client.System.StatusAsync().ConfigureAwait(false);
            readopted &= status.Readopted && status.Policy?.Revision == applied.Revision
                && status.Policy.Generation == applied.Generation && status.Ports == (uint)(2 * lab.Paths.Count);
            // 2 MB passed while no daemon ran: the chain must have counted at least their segments' worth of frames.
            inForce &= await gateway.CountAsync("watch", "count", Reason.Done).ConfigureAwait(false) > counted;
        }

        TransferResult result = await transfer.StopAsync().ConfigureAwait(false);
        integrity.Note(result);
        long lost = result.Connections.Sum(c => Math.Max(0, c.BytesSent - c.BytesReceived));
        Figures figures = new Figures()
            .Count("bytes_lost", lost)
            .Count("connections_lost", result.Lost)
            .Count("restarts", Restarts)
            .Flag("readopted", readopted)
            .Flag("policy_in_force", inForce);
        bool whole = await integrity.ReportAsync(figures).ConfigureAwait(false);
        return new SceneResult(
            Name, family, whole && lost == 0 && result.Lost == 0 && readopted && inForce,
            "gatewayd is killed (SIGKILL) and started again while data flows: the pinned data path goes on and is taken over.",
            [
                new SceneRow("bytes lost", "-", $"{lost}"),
                new SceneRow("connections lost", "-", $"{result.Lost}"),
                new SceneRow("policy in force without the daemon", "-", inForce ? "yes" : "no"),
                new SceneRow("re-adopted", "-", readopted ? "yes" : "no"),
            ],
            figures);
    }
}
