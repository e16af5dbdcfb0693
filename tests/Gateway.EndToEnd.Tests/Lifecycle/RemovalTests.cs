using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>The gateway leaves while data flows.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class RemovalTests(SharedPaths paths)
{
    [Fact]
    public async Task Clean_up_under_load_leaves_the_traffic_and_nothing_else()
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed());
        await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        KernelObjects owned = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);
        Assert.True(owned.Count("prog") >= 2 && owned.Count("map") >= 5 && owned.Count("link") >= 4, $"{string.Join(' ', owned.Ids)}");

        Assert.NotEmpty((await path.Api.System.CleanUpAsync()).Removed);

        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        await AssertNothingLeftAsync(path, owned);
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        await path.AssertNoFallbackAsync();
        FaultTable.Withstood("cleanup under load", "traffic goes on, nothing stays in the kernel");
    }

    [Fact]
    public async Task Ports_are_detached_and_attached_again_under_load()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        string[] nics = [.. (await path.Api.Ports.ListAsync()).Ports.Select(p => p.Nic)];

        foreach (string nic in nics)
        {
            Assert.Equal([nic], (await path.Api.Ports.DetachAsync(nic)).Nics);
            await transfer.WaitForBytesAsync(transfer.Bytes + 200_000);
        }

        Assert.Empty((await path.Api.Ports.ListAsync()).Ports);
        Assert.DoesNotContain("xdp", await path.Lab.Gateway.RunAsync("ip", "-d", "link", "show"), StringComparison.Ordinal);
        ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done);
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        Assert.Equal(counted, await path.Gateway.CountAsync("watch", "count", Reason.Done));

        foreach (string nic in nics)
        {
            await path.Api.Ports.AttachAsync(new AttachPortRequest { Nic = nic, Mode = PortMode.Host });
        }

        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted);
        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
        FaultTable.Withstood("ports are detached and attached again under load", "transfers go on, content right");
    }

    [Fact]
    public async Task A_bridge_takes_over_when_the_wires_are_cut()
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed() with
        {
            Mode = LabMode.Wire,
            RealChecksums = RealChecksums.Everywhere,
        });
        await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        KernelObjects owned = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);

        foreach (LabPath wire in path.Lab.Paths)
        {
            Assert.Equal(
                [wire.GatewayClientPort, wire.GatewayServerPort], (await path.Api.Ports.DetachAsync(wire.GatewayServerPort)).Nics.Order());
            await path.Lab.BridgePathAsync(wire.Number);
        }

        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        await path.Api.System.CleanUpAsync();
        await AssertNothingLeftAsync(path, owned);
        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
        FaultTable.Withstood("gatewayd cannot start at all in wire mode", "a plain bridge joins the wires: traffic passes");
    }

    private static async Task AssertNothingLeftAsync(PathUnderTest path, KernelObjects owned)
    {
        // The kernel frees programs and maps after a grace period.
        await Wait.UntilAsync(
            async () => (await owned.LeftAsync(path.Lab.Gateway)).Count == 0,
            $"the kernel forgets {string.Join(' ', owned.Ids)}",
            TimeSpan.FromSeconds(30));
        Assert.False(Directory.Exists(path.Gateway.PinPath));
        Assert.DoesNotContain("xdp", await path.Lab.Gateway.RunAsync("ip", "-d", "link", "show"), StringComparison.Ordinal);
        Assert.DoesNotContain("clsact", await path.Lab.Gateway.RunAsync("tc", "qdisc", "show"), StringComparison.Ordinal);
        Assert.DoesNotContain("gw_", await path.Lab.Gateway.RunAsync("bpftool", "net", "show"), StringComparison.Ordinal);
    }
}
