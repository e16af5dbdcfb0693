using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Demo;

/// <summary>An announced address is hidden: the client never joins, and the connection stays MPTCP.</summary>
public sealed class BlkSubflowScene : IScene
{
    private const long Bytes = 8_000_000;

    private static readonly string[] FallbackCounters =
    [
        "MPTcpExtMPCapableFallbackACK", "MPTcpExtMPCapableFallbackSYNACK", "MPTcpExtMPCapableDataFallback",
        "MPTcpExtDssFallback", "MPTcpExtSimultConnectFallback", "MPTcpExtMD5SigFallback", "MPTcpExtFallbackFailed",
    ];

    /// <inheritdoc/>
    public string Name => "blk_subflow";

    /// <inheritdoc/>
    public async Task<SceneResult> RunAsync(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Family = family,
            Join = Join.ServerSignals,
            Path1 = new LinkOptions(40),
            Path2 = new LinkOptions(40),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);

        TransferResult before = await lab.TransferAsync(TransferSpec.Download(Bytes)).ConfigureAwait(false);
        integrity.Note(before);

        await gateway.Client.Policies.ApplyAsync(PolicyChain.Named("hide-addresses")
            .Select(s => s.PacketType(PacketType.AddAddr))
            .Do(a => a.BlkSubflow())
            .ToPolicy("single-path")).ConfigureAwait(false);
        TransferResult after = await lab.TransferAsync(TransferSpec.Download(Bytes)).ConfigureAwait(false);
        integrity.Note(after);

        ulong hidden = await gateway.CountAsync("hide-addresses", "blk_subflow", Reason.Done).ConfigureAwait(false);
        long fallbacks = await integrity.GrowthAsync(FallbackCounters).ConfigureAwait(false);
        Figures figures = new Figures()
            .Count("subflows_without_policy", before.Subflows)
            .Count("subflows_with_policy", after.Subflows)
            .Count("fallbacks", fallbacks)
            .Count("addresses_hidden", (long)hidden);
        bool whole = await integrity.ReportAsync(figures).ConfigureAwait(false);
        return new SceneResult(
            Name, family,
            whole && before.Subflows >= 2 && after.Subflows == 1 && fallbacks == 0 && hidden >= 1 && !after.PlainTcp,
            "The server's second address is announced but its HMAC no longer holds: the client stays on one path, still MPTCP.",
            [
                new SceneRow("subflows", $"{before.Subflows}", $"{after.Subflows}"),
                new SceneRow("addresses hidden", "0", $"{hidden}"),
                new SceneRow("fallbacks to TCP", "0", $"{fallbacks}"),
            ],
            figures);
    }
}
