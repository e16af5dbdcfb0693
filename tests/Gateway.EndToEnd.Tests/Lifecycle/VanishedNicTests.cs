using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>A NIC is taken away from under the gateway.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class VanishedNicTests
{
    [Theory]
    [InlineData(LabMode.Routed)]
    [InlineData(LabMode.Wire)]
    public async Task The_daemon_says_so_and_the_rest_goes_on(LabMode mode)
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed() with
        {
            Mode = mode,
            RealChecksums = RealChecksums.Everywhere,
        });
        await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        string vanished = path.Lab.Paths[1].GatewayClientPort;

        await path.Lab.Gateway.IpAsync($"link delete {vanished}");

        await Wait.UntilAsync(
            async () => (await path.Api.Ports.ListAsync()).Ports.Single(p => p.Nic == vanished).Link == LinkState.Gone, "the port is listed as gone");
        ListPortsResponse ports = await path.Api.Ports.ListAsync();
        Assert.Equal(4, ports.Ports.Count);
        Assert.Equal(vanished, Assert.Single(ports.Ports, p => p.Link == LinkState.Gone).Nic);
        ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done);
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted);

        // The policy can be changed, and the daemon restarted, with the NIC away.
        await path.WatchAsync();
        await path.Gateway.KillDaemonAsync();
        await path.Gateway.StartDaemonAsync();
        Assert.True((await path.Api.System.StatusAsync()).Readopted);
        if ((await path.Api.Ports.ListAsync()).Ports.Any(p => p.Nic == vanished))
        {
            Assert.Contains(vanished, (await path.Api.Ports.DetachAsync(vanished)).Nics);
        }

        Assert.DoesNotContain((await path.Api.Ports.ListAsync()).Ports, p => p.Nic == vanished);
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.False(result.PlainTcp);
        FaultTable.Withstood("a NIC is deleted under load, gatewayd killed meanwhile", "it is listed as gone; transfers go on by the others, policies can be changed");
    }
}
