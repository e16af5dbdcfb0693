using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Benchmarks.EndToEnd;

/// <summary>
/// Real hosts through the gateway, with and without three active actors, and through what the kernel offers itself: rounds
/// in turn, in ratio to a bridge of the same run with the same offloads.
/// </summary>
internal sealed class EndToEndBenchmark : IBenchmark
{
    private const string Host = "host_bridge_ratio", HostIdle = "host_idle_bridge_ratio";
    private const string HostXdp = "host_xdp_bridge_ratio", HostXdpIdle = "host_xdp_idle_bridge_ratio";
    private const string Wire = "wire_bridge_ratio", WireChain = "wire_chain_bridge_ratio";
    private const string Nftables = "nft_bridge_ratio", Route = "route_bridge_ratio", TcRedirect = "tc_redirect_bridge_ratio";

    public IReadOnlyList<string> Ids { get; } = [Host, HostIdle, HostXdp, HostXdpIdle, Wire, WireChain, Nftables, Route, TcRedirect];

    public async Task RunAsync(BenchmarkRun run)
    {
        await CompareAsync(run, LabMode.Bridged, XdpMode.Off, withPolicy: Host, withoutPolicy: HostIdle).ConfigureAwait(false);
        await CompareAsync(run, LabMode.Bridged, XdpMode.Native, withPolicy: HostXdp, withoutPolicy: HostXdpIdle).ConfigureAwait(false);
        await CompareAsync(run, LabMode.Wire, XdpMode.Native, withPolicy: WireChain, withoutPolicy: Wire).ConfigureAwait(false);
        await ComparePlainAsync(run).ConfigureAwait(false);
    }

    private static async Task CompareAsync(BenchmarkRun run, LabMode mode, XdpMode xdp, string withPolicy, string withoutPolicy)
    {
        if (!run.Wants(withPolicy) && !run.Wants(withoutPolicy))
        {
            return;
        }

        await using PathVariant bridge = await PathVariant.BridgeAsync("bridge", mode, run.IsQuick).ConfigureAwait(false);
        await using PathVariant gateway = await PathVariant.GatewayAsync(mode.ToString(), mode, xdp, run.IsQuick).ConfigureAwait(false);
        var floors = new List<PathFigures>();
        var with = new List<PathFigures>();
        var without = new List<PathFigures>();
        for (int round = run.Pick(-1, 0); round < run.Pick(4, 1); round++)
        {
            PathFigures floor = await bridge.Probe.MeasureAsync().ConfigureAwait(false);
            await gateway.SetPolicyAsync(on: false).ConfigureAwait(false);
            PathFigures idle = await gateway.Probe.MeasureAsync().ConfigureAwait(false);
            await gateway.SetPolicyAsync(on: true).ConfigureAwait(false);
            PathFigures active = await gateway.Probe.MeasureAsync().ConfigureAwait(false);
            if (!await gateway.ActedAsync().ConfigureAwait(false))
            {
                throw new IncorrectCaseException($"{withPolicy}: the three actors did nothing: {await gateway.Gateway!.Client.Telemetry.CountersAsync().ConfigureAwait(false)}");
            }

            // The first round warms up.
            if (round >= 0)
            {
                floors.Add(floor);
                without.Add(idle);
                with.Add(active);
            }

            run.Say(FormattableString.Invariant($"{mode}: bridge {floor.Mptcp:0} Mbit/s, gateway {idle.Mptcp:0}, with three actors {active.Mptcp:0}"));
        }

        Report(run, withoutPolicy, without, floors, mode == LabMode.Wire ? 1.2 : null, null);
        Report(run, withPolicy, with, floors, withPolicy == Host ? 0.97 : null, withPolicy == Host ? 1.05 : null);
    }

    private static async Task ComparePlainAsync(BenchmarkRun run)
    {
        (string Id, Func<Task<PathVariant>> Raise)[] wanted = [.. ((string, Func<Task<PathVariant>>)[])
        [
            (Nftables, () => PathVariant.NftablesAsync(Nftables, run.IsQuick)),
            (Route, () => PathVariant.RouteAsync(Route, run.IsQuick)),
            (TcRedirect, () => PathVariant.TcRedirectAsync(TcRedirect, run.IsQuick)),
        ]];
        wanted = [.. wanted.Where(w => run.Wants(w.Id))];
        if (wanted.Length == 0)
        {
            return;
        }

        await using PathVariant bridge = await PathVariant.BridgeAsync("bridge", LabMode.Bridged, run.IsQuick).ConfigureAwait(false);
        foreach ((string id, Func<Task<PathVariant>> raise) in wanted)
        {
            try
            {
                await using PathVariant variant = await raise().ConfigureAwait(false);
                var floors = new List<PathFigures>();
                var figures = new List<PathFigures>();
                for (int round = 0; round < run.Pick(2, 1); round++)
                {
                    floors.Add(await bridge.Probe.MeasureAsync().ConfigureAwait(false));
                    figures.Add(await variant.Probe.MeasureAsync().ConfigureAwait(false));
                }

                Report(run, id, figures, floors, null, null);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                run.Fail(id, failure);
            }
        }
    }

    private static void Report(
        BenchmarkRun run, string id, List<PathFigures> figures, List<PathFigures> floors, double? throughput, double? latency)
    {
        Add(id, "Mbit/s", f => f.Mptcp, throughput is { } most ? CaseTarget.RatioAbove(most) : null);
        Add($"{id}/latency", "us", f => f.Latency, latency is { } least ? CaseTarget.RatioBelow(least) : null);
        Add($"{id}/tcp", "Mbit/s", f => f.Tcp, null);
        Add($"{id}/connections", "1/s", f => f.Connections, null);
        Add($"{id}/small_packets", "1/s", f => f.SmallPackets, null);
        Add($"{id}/cpu", "s/GB", f => f.Cpu, null);

        void Add(string name, string unit, Func<PathFigures, double> figure, CaseTarget? target) =>
            run.Add(CaseResult.Times(name, unit, [.. figures.Select(figure)], [.. floors.Select(figure)], target));
    }
}
