using Gateway.Demo;
using Gateway.Lab;
using Gateway.Rpc;
using Gateway.V1;
using Severity = Gateway.V1.Finding.Types.Severity;

namespace Gateway.EndToEnd.Tests;

/// <summary>The bpf file system of the pins is unmounted under the daemon, in a mount namespace of the test's own.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class UnmountedPinsTests : IAsyncLifetime
{
    private LabProcess? _holder;
    private string _mountPoint = "";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_holder is not null)
        {
            await _holder.KillAsync();
            await _holder.DisposeAsync();
            Directory.Delete(_mountPoint);
            File.Delete(Ready);
        }
    }

    private string Ready => _mountPoint + "-ready";

    [Fact]
    public async Task The_policy_works_until_the_daemon_ends_and_the_pins_can_be_made_again()
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed(), start: MountAsync);
        ApplyPolicyResponse running = await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        await InsideAsync(path, "umount", "-l", _mountPoint);

        await Wait.UntilAsync(() => path.Gateway.Transcript.Contains($"The pins in {path.Gateway.PinPath} are gone", StringComparison.Ordinal), "the log tells of it");
        Finding found = Assert.Single((await path.Api.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
        Assert.True(found is { Code: "pins-gone", Repairable: true } && found.Advice.Contains("mount -t bpf", StringComparison.Ordinal), found.ToString());
        await CountsAsync(path, transfer);
        await Assert.ThrowsAsync<RpcException>(() => path.WatchAsync());
        Assert.Equal(running.Applied.Revision, (await path.Api.System.StatusAsync()).Policy.Revision);
        await CountsAsync(path, transfer);

        // Put right, it outlives the daemon again.
        Assert.DoesNotContain((await path.Api.System.RepairAsync()).Findings, f => f.Severity == Severity.Error && !f.Repaired);
        Assert.DoesNotContain((await path.Api.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
        await path.Gateway.KillDaemonAsync();
        await path.Gateway.StartDaemonAsync();
        StatusResponse status = await path.Api.System.StatusAsync();
        Assert.Equal((true, 4u, running.Applied.Revision), (status.Readopted, status.Ports, status.Policy.Revision));
        await CountsAsync(path, transfer);

        // Not put right, everything of the gateway goes with the daemon, and the next one begins anew.
        await InsideAsync(path, "umount", "-l", _mountPoint);
        await path.Gateway.KillDaemonAsync();
        await Wait.UntilAsync(
            async () => !(await path.Lab.Gateway.RunAsync("bpftool", "net", "show")).Contains("gw_", StringComparison.Ordinal), "nothing stays attached", TimeSpan.FromSeconds(30));
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        await path.Gateway.StartDaemonAsync();
        status = await path.Api.System.StatusAsync();
        Assert.Equal((false, 0u, running.Applied.Revision), (status.Readopted, status.Ports, status.Policy.Revision));
        foreach (LabPath lab in path.Lab.Paths)
        {
            await path.Api.Ports.AttachAsync(new AttachPortRequest { Nic = lab.GatewayClientPort });
            await path.Api.Ports.AttachAsync(new AttachPortRequest { Nic = lab.GatewayServerPort });
        }

        await CountsAsync(path, transfer);
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
        FaultTable.Withstood(
            "the bpf file system of the pins is unmounted under load",
            "policy goes on until gatewayd ends; log and doctor say so, doctor --repair pins all again; else nothing stays attached and the next start begins anew with the policy of the state directory");
    }

    private static async Task CountsAsync(PathUnderTest path, Transfer transfer)
    {
        ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done);
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted, path.Gateway.Transcript);
    }

    /// <summary>A process whose mount namespace has the bpf file system; daemons that are started join it.</summary>
    private async Task<DaemonStart> MountAsync(MptcpLab lab)
    {
        _mountPoint = Path.Combine(Path.GetTempPath(), $"{lab.Name}-bpffs");
        _holder = lab.Gateway.Start(
            "unshare", ["--mount", "--propagation", "private", "sh", "-c", $"mkdir {_mountPoint} && mount -t bpf bpf {_mountPoint} && touch {Ready} && exec sleep 3600"]);
        await _holder.WaitForFileAsync(Ready);
        return new DaemonStart { Pins = $"{_mountPoint}/gw", Within = ["nsenter", $"--mount=/proc/{_holder.Pid}/ns/mnt"] };
    }

    private Task<string> InsideAsync(PathUnderTest path, params string[] command) =>
        path.Lab.Gateway.RunAsync("nsenter", [$"--mount=/proc/{_holder!.Pid}/ns/mnt", .. command]);
}
