using Gateway.Benchmarks.Packets;
using Gateway.Bpf;
using Gateway.Demo;
using Gateway.Lab;
using XdpMode = Gateway.V1.XdpMode;

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

    private readonly List<BpfLink> _links = [];

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

    /// <summary>A gateway: in host mode over a bridge, with or without XDP, or as a wire.</summary>
    internal static async Task<PathVariant> GatewayAsync(string id, LabMode mode, XdpMode xdp, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(mode).ConfigureAwait(false);
        return new PathVariant(id, lab, await GatewayUnderLab.StartAsync(lab, xdp: xdp).ConfigureAwait(false), isQuick);
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
        await lab.Gateway.RunAsync("nft", "add table bridge bench").ConfigureAwait(false);
        await lab.Gateway.RunAsync("nft", "add chain bridge bench forward { type filter hook forward priority 0 ; }").ConfigureAwait(false);
        // MP_CAPABLE and DSS; older nft knows subtypes by number only.
        foreach (int subtype in (int[])[0, 2])
        {
            await lab.Gateway.RunAsync("nft", $"add rule bridge bench forward tcp option mptcp subtype {subtype} counter").ConfigureAwait(false);
        }

        return new PathVariant(id, lab, null, isQuick);
    }

    /// <summary>TC redirects from port to port.</summary>
    internal static async Task<PathVariant> TcRedirectAsync(string id, bool isQuick)
    {
        MptcpLab lab = await RaiseAsync(LabMode.Wire, RealChecksums.None, gro: false).ConfigureAwait(false);
        LabPath path = lab.Paths[0];
        var variant = new PathVariant(id, lab, null, isQuick);
        NetNamespace.Run(lab.Gateway.Path, () =>
        {
            foreach ((string from, string to) in ((string, string)[])[(path.GatewayClientPort, path.GatewayServerPort), (path.GatewayServerPort, path.GatewayClientPort)])
            {
                using BpfObjectSpec spec = BenchmarkPrograms.Open("redirect");
                spec.SetVariable("bench_ifindex", (uint)NetDevice.IndexOf(to));
                using BpfObject loaded = spec.Load();
                variant._links.Add(BpfLink.AttachTcx(loaded.Program("redirect_tc"), NetDevice.IndexOf(from), TcDirection.Ingress));
            }
        });
        return variant;
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
        _links.ForEach(link => link.Dispose());
        if (Gateway is { } gateway)
        {
            await gateway.DisposeAsync().ConfigureAwait(false);
        }

        await Lab.DisposeAsync().ConfigureAwait(false);
    }

    private static Task<MptcpLab> RaiseAsync(LabMode mode, RealChecksums? checksums = null, bool? gro = null) =>
        MptcpLab.RaiseAsync(new LabOptions { Mode = mode, Join = Join.None, RealChecksums = checksums, HostGro = gro });
}
