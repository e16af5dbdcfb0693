using Gateway.Lab;
using Gateway.Rpc;
using Gateway.V1;
using Severity = Gateway.V1.Finding.Types.Severity;

namespace Gateway.EndToEnd.Tests;

/// <summary>A NIC gets another name, or goes up and down, under the gateway.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class RenamedNicTests
{
    private const string Renamed = "gwrenamed";

    [Fact]
    public async Task The_port_goes_on_under_the_name_it_was_attached_by()
    {
        await using PathUnderTest path = await RaiseAsync(LabMode.Wire);
        string nic = path.Lab.Paths[1].GatewayClientPort;
        Port before = await PortAsync(path, nic);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        await RenameAsync(path, nic, Renamed);

        await Wait.UntilAsync(async () => await PortAsync(path, nic) is { RenamedTo: Renamed, Link: LinkState.Up }, "the port is listed with its new name, up");
        await GoesOnAsync(path, transfer, nic);
        Finding[] findings = await WarningsAsync(path, nic);
        Assert.Contains($"ip link set {Renamed} name {nic}", Assert.Single(findings, f => f.Code == "nic-renamed").Advice, StringComparison.Ordinal);
        RpcException twice = await Assert.ThrowsAsync<RpcException>(() => path.Api.Ports.AttachAsync(new AttachPortRequest { Nic = Renamed, Mode = PortMode.Host }));
        Assert.True(twice.StatusCode == StatusCode.AlreadyExists && twice.Message.Contains($"detach '{nic}' first", StringComparison.Ordinal), twice.Message);

        // The next daemon finds it by its interface as well.
        await path.Gateway.KillDaemonAsync();
        await path.Gateway.StartDaemonAsync();
        Port adopted = await PortAsync(path, nic);
        Assert.Equal((before.Ifindex, before.Index, Renamed, LinkState.Up), (adopted.Ifindex, adopted.Index, adopted.RenamedTo, adopted.Link));
        await GoesOnAsync(path, transfer, nic);

        await RenameAsync(path, Renamed, nic);
        await Wait.UntilAsync(async () => await PortAsync(path, nic) is { RenamedTo: "", Link: LinkState.Up }, "the port has its name back");
        Assert.DoesNotContain(await WarningsAsync(path, nic), f => f.Code == "nic-renamed");
        await GoesOnAsync(path, transfer, nic);
        await path.AssertWholeAsync(await transfer.StopAsync());
        FaultTable.Withstood(
            "a NIC is renamed under load, and renamed back", "its port goes on under the name it was attached by, also in the next daemon; list and doctor tell the new one");
    }

    [Fact]
    public async Task A_NIC_that_flaps_costs_nothing_but_its_link()
    {
        await using PathUnderTest path = await RaiseAsync(LabMode.Routed);
        string nic = path.Lab.Paths[1].GatewayServerPort;
        KernelObjects owned = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        for (int i = 0; i < 50; i++)
        {
            await path.Lab.Gateway.SetLinkAsync(nic, up: false);
            await path.Lab.Gateway.SetLinkAsync(nic, up: true);
        }

        await Wait.UntilAsync(async () => (await PortAsync(path, nic)).Link == LinkState.Up, "the port is up");
        await GoesOnAsync(path, transfer, path.Lab.Paths[0].GatewayServerPort);
        Assert.Equal(owned.Of("prog", "link").Ids.Order(), (await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath)).Of("prog", "link").Ids.Order());
        Assert.Empty(await WarningsAsync(path, nic));
        await path.AssertWholeAsync(await transfer.StopAsync());
        FaultTable.Withstood("a NIC goes down and up 50 times under load", "transfers go on, content right; it stays attached, once");
    }

    private static async Task<PathUnderTest> RaiseAsync(LabMode mode)
    {
        PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed() with { Mode = mode, RealChecksums = RealChecksums.Everywhere });
        await path.WatchAsync(a => a.Count());
        return path;
    }

    private static Task RenameAsync(PathUnderTest path, string from, string to) =>
        path.Lab.Gateway.IpAsync($"link set {from} down", $"link set {from} name {to}", $"link set {to} up");

    private static async Task<Port> PortAsync(PathUnderTest path, string nic)
    {
        ListPortsResponse listed = await path.Api.Ports.ListAsync();
        Assert.Equal(4, listed.Ports.Count);
        return listed.Ports.Single(p => p.Nic == nic);
    }

    /// <summary>Warnings and errors of a port.</summary>
    private static async Task<Finding[]> WarningsAsync(PathUnderTest path, string nic)
    {
        IReadOnlyList<Finding> findings = (await path.Api.System.DiagnoseAsync()).Findings;
        Assert.DoesNotContain(findings, f => f.Severity == Severity.Error);
        return [.. findings.Where(f => f.Subject == nic && f.Severity != Severity.Ok)];
    }

    /// <summary>The transfer goes on, the policy counts, and packets cross the port.</summary>
    private static async Task GoesOnAsync(PathUnderTest path, Transfer transfer, string nic)
    {
        ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done), crossed = (await PortAsync(path, nic)).Ingress.Packets;
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted);
        await Wait.UntilAsync(async () => (await PortAsync(path, nic)).Ingress.Packets > crossed, $"packets cross {nic}", TimeSpan.FromSeconds(30));
    }
}
