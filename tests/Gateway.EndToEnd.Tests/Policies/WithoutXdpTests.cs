using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Ports in host mode whose ingress policy runs in TC: real hosts, whose super-packets stay whole.</summary>
public sealed class WithoutXdpTests
{
    private const int Mtu = 1500;

    private const string Policy =
        """
        version: 1
        name: without-xdp
        chains:
          - name: steer
            priority: 1
            hooks: [ingress]
            actors:
              - record
              - set_backup: on
              - rate_limit: {rate: 10Mbit/s}
        """;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Bridged, Family.V6)]
    public async Task Actors_act_at_TC_ingress(LabMode mode, Family family)
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(
            PathUnderTest.Routed(family) with { Mode = mode, Path1 = new LinkOptions(DelayMs: 2), Path2 = new LinkOptions(DelayMs: 2) }, XdpMode.Off);
        Assert.All((await path.Api.Ports.ListAsync()).Ports, port => Assert.Equal((XdpMode.Off, ChecksumMode.Probe), (port.Xdp, port.Checksum)));
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        await Wait.UntilAsync(async () => await BytesPerFrameAsync(path) > 2 * Mtu, "super-packets pass whole");

        await path.Api.Policies.ApplyAsync(Policy);
        await Wait.UntilAsync(
            async () => await path.Gateway.CountAsync("steer", "set_backup", Reason.Done) > 0
                && await path.Gateway.CountAsync("steer", "rate_limit", Reason.Done) > 0,
            "both actors act");
        await Wait.UntilAsync(
            async () => (await path.GrowthAsync("MPTcpExtMPPrioRx")) is { Client: > 0, Server: > 0 }, "both hosts are told of backup");
        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
        await path.FindAsync(c => c.Subflows.Count == 2, "the connection with both subflows");
    }

    private static async Task<double> BytesPerFrameAsync(PathUnderTest path)
    {
        PortHookCounters counters = (await path.Api.Ports.ListAsync()).Ports
            .Single(p => p.Nic == path.Lab.Paths[0].GatewayServerPort).Ingress;
        return (double)counters.Bytes / counters.Packets;
    }
}
