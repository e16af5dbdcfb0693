using System.Globalization;
using Gateway.Lab;
using Gateway.V1;
using Severity = Gateway.V1.Finding.Types.Severity;

namespace Gateway.EndToEnd.Tests;

/// <summary>gatewayd is replaced by one that speaks another ABI version than the pins are of.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class OtherVersionTests
{
    [Theory]
    [InlineData(LabMode.Routed, 1)]
    [InlineData(LabMode.Wire, 9999)]
    public async Task The_data_path_of_the_other_is_replaced_under_load(LabMode mode, int version)
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed() with { Mode = mode, RealChecksums = RealChecksums.Everywhere });
        ApplyPolicyResponse running = await path.WatchAsync(a => a.Count());
        ListPortsResponse ports = await path.Api.Ports.ListAsync();
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        await path.Gateway.KillDaemonAsync();
        await ChangeVersionAsync(path, version);
        KernelObjects former = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);
        Assert.True(former.Count("prog") >= 8 && former.Count("map") >= 5, $"{string.Join(' ', former.Ids)}");

        await path.Gateway.StartDaemonAsync();

        // The links are those that were there: no port was without a program at any time.
        KernelObjects own = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);
        Assert.Equal(former.Of("link").Ids.Order(), own.Of("link").Ids.Order());
        StatusResponse status = await path.Api.System.StatusAsync();
        Assert.Equal((false, 4u, running.Applied.Revision), (status.Readopted, status.Ports, status.Policy.Revision));
        Assert.Contains($"has ABI version {version.ToString(CultureInfo.InvariantCulture)} ", path.Gateway.Transcript, StringComparison.Ordinal);
        Assert.Equal(
            ports.Ports.Select(p => (p.Nic, p.Mode, p.Peer, p.Xdp, p.Checksum)).Order(),
            (await path.Api.Ports.ListAsync()).Ports.Select(p => (p.Nic, p.Mode, p.Peer, p.Xdp, p.Checksum)).Order());
        ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done);
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted + 100);

        // Nothing of the other is left but its links, which run the new programs.
        await Wait.UntilAsync(
            async () => (await former.Of("prog", "map").LeftAsync(path.Lab.Gateway)).Count == 0, "the kernel forgets the former programs and maps", TimeSpan.FromSeconds(30));
        Assert.False(Directory.Exists($"{path.Gateway.PinPath}/former"));
        Assert.DoesNotContain((await path.Api.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);

        // What replaced it is whole for the next one.
        await path.Gateway.KillDaemonAsync();
        await path.Gateway.StartDaemonAsync();
        Assert.True((await path.Api.System.StatusAsync()).Readopted);
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        await path.AssertNoFallbackAsync();
        FaultTable.Withstood(
            "gatewayd is upgraded or downgraded to another ABI version under load",
            "each port changes over in one step, the policy of the state directory is in force on it from then on; nothing of the former is left");
    }

    private static async Task ChangeVersionAsync(PathUnderTest path, int version)
    {
        string pin = $"{path.Gateway.PinPath}/abi";
        File.Delete(pin);
        await path.Lab.Gateway.RunAsync("bpftool", "map", "create", pin, "type", "array", "key", "4", "value", "4", "entries", "1", "name", "gw_abi");
        await path.Lab.Gateway.RunAsync(
            "bpftool", ["map", "update", "pinned", pin, "key", "0", "0", "0", "0", "value", .. BitConverter.GetBytes(version).Select(b => $"{b}")]);
    }
}
