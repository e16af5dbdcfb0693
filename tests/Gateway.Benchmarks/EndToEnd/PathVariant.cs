using Gateway.Demo;
using Gateway.Lab;

namespace Gateway.Benchmarks.EndToEnd;

/// <summary>One way to join the two sides, with hosts of its own.</summary>
internal sealed class PathVariant : IAsyncDisposable
{
    /// <summary>Three actors that look at every packet; the rate is far above what a path carries.</summary>
    private const string ThreeActors =
        """
        version: 1
        name: three-actors
        chains:
          - name: three-actors
            priority: 100
            hooks: [ingress, egress]
            actors:
              - record
              - set_backup: on
              - rate_limit: {rate: 100Gbit/s, policer: off}
        """;

    private PathVariant(string id, MptcpLab lab, GatewayUnderLab? gateway, bool isQuick)
    {
        Id = id;
        Lab = lab;
        Gateway = gateway;
        Probe = new PathProbe(lab, isQuick);
    }

    internal string Id { get; }

    internal MptcpLab Lab { get; }

    /// <summary>Null where the kernel alone joins them.</summary>
    internal GatewayUnderLab? Gateway { get; }

    internal PathProbe Probe { get; }

    /// <summary>A plain kernel bridge.</summary>
    internal static async Task<PathVariant> BridgeAsync(string id, LabMode mode, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(mode).ConfigureAwait(false);
        if (mode == LabMode.Wire)
        {
            await lab.BridgePathAsync(1).ConfigureAwait(false);
        }

        return new PathVariant(id, lab, null, isQuick);
    }

    /// <summary>A gateway: in host mode over a bridge, or as a wire.</summary>
    internal static async Task<PathVariant> GatewayAsync(string id, LabMode mode, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(mode).ConfigureAwait(false);
        return new PathVariant(id, lab, await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false), isQuick);
    }

    /// <summary>The kernel's routing.</summary>
    internal static async Task<PathVariant> RouteAsync(string id, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(LabMode.Routed).ConfigureAwait(false);
        await Traffic.SynStream.RouteAsync(lab).ConfigureAwait(false);
        return new PathVariant(id, lab, null, isQuick);
    }

    /// <summary>A bridge with an nftables rule that looks for MPTCP options.</summary>
    internal static async Task<PathVariant> NftablesAsync(string id, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(LabMode.Bridged).ConfigureAwait(false);
        await lab.Gateway.RunAsync(
            "nft", "table bridge bench { chain forward { type filter hook forward priority 0; tcp option mptcp subtype mp-capable counter; "
            + "tcp option mptcp subtype dss counter; } }").ConfigureAwait(false);
        return new PathVariant(id, lab, null, isQuick);
    }

    /// <summary>TC redirects from port to port.</summary>
    internal static async Task<PathVariant> TcRedirectAsync(string id, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(LabMode.Wire, RealChecksums.None, gro: false).ConfigureAwait(false);
        LabPath path = lab.Paths[0];
        foreach ((string from, string to) in ((string, string)[])[(path.GatewayClientPort, path.GatewayServerPort), (path.GatewayServerPort, path.GatewayClientPort)])
        {
            await lab.Gateway.TcAsync(
                $"qdisc add dev {from} clsact", $"filter add dev {from} ingress matchall action mirred egress redirect dev {to}").ConfigureAwait(false);
        }

        return new PathVariant(id, lab, null, isQuick);
    }

    /// <summary>The three actors come into force, or no policy.</summary>
    internal Task SetPolicyAsync(bool on) => Gateway is not { } gateway
        ? Task.CompletedTask
        : on ? gateway.Client.Policies.ApplyAsync(ThreeActors) : gateway.Client.Policies.ClearAsync();

    /// <summary>Whether each of the three actors counted packets.</summary>
    internal async Task<bool> ActedAsync() =>
        (await Gateway!.Client.Telemetry.CountersAsync().ConfigureAwait(false)).Chains.Single().Actors is { Count: 3 } actors
        && actors.All(a => a.Reasons.Any(r => r.Packets > 0));

    public async ValueTask DisposeAsync()
    {
        await Probe.DisposeAsync().ConfigureAwait(false);
        if (Gateway is { } gateway)
        {
            await gateway.DisposeAsync().ConfigureAwait(false);
        }

        await Lab.DisposeAsync().ConfigureAwait(false);
    }

    private static Task<MptcpLab> RaiseAsync(LabMode mode, RealChecksums? checksums = null, bool? gro = null) =>
        MptcpLab.RaiseAsync(new LabOptions { Mode = mode, Join = Join.None, RealChecksums = checksums, HostGro = gro });
}
