namespace Gateway.Lab.Tests;

public sealed class ReadingTests
{
    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Counters_and_events_tell_how_a_connection_grew(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Family = family, Path1 = new LinkOptions(RateMbps: 50) });
        await using MptcpMonitor monitor = await lab.Client.MonitorMptcpAsync();
        Nstat before = await lab.Client.ReadNstatAsync();
        TransferResult result = await lab.TransferAsync(TransferSpec.Upload(5_000_000));
        Assert.True(result.ContentOk, result.Errors);

        Nstat grown = (await lab.Client.ReadNstatAsync()).Since(before);
        Assert.Equal(1, grown["MPTcpExtMPCapableSYNTX"]);
        Assert.Equal(1, grown["MPTcpExtAddAddr"]);
        Assert.Equal(1, grown["MPTcpExtMPJoinSynAckRx"]);
        Assert.Equal(0, grown["MPTcpExtMPPrioRx"]);

        MptcpEvent created = await monitor.WaitForAsync("CREATED");
        MptcpEvent announced = await monitor.WaitForAsync("ANNOUNCED");
        MptcpEvent joined = await monitor.WaitForAsync("SF_ESTABLISHED");
        Assert.Equal(created.Fields["token"], announced.Fields["token"]);
        Assert.Equal(created.Fields["token"], joined.Fields["token"]);
        Assert.Contains(lab.Paths[1].Server(family).ToString(), joined.Fields.Values);
    }

    [Fact]
    public async Task A_backup_subflow_shows_its_flag()
    {
        var link = new LinkOptions(RateMbps: 50);
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Path1 = link, Path2 = link, Join = Join.None });
        await lab.Client.IpAsync($"mptcp endpoint add {lab.Paths[1].ClientV4} dev c2 subflow backup");
        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Upload });
        await transfer.WaitForBytesAsync(1_000_000);

        SubflowReading joined = Assert.Single(await lab.Client.ReadSubflowsAsync(), s => s.Joined);
        Assert.True(joined.BackupRequested, joined.Text);
        Assert.Equal(lab.Paths[1].ClientV4, joined.Local.Address);
        Assert.True(Assert.Single(await lab.Server.ReadSubflowsAsync(), s => s.Joined).BackupByPeer);
        Assert.NotEmpty(await lab.Client.ReadMptcpSocketsAsync());
        Assert.True((await transfer.StopAsync()).ContentOk);
    }

    [Fact]
    public async Task A_process_in_the_gateway_sees_its_links_and_the_machines_mounts()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync();
        string ready = Path.Combine(Path.GetTempPath(), $"{lab.Name}.ready");
        await using LabProcess process = lab.Gateway.Start(
            "sh", ["-c", "cat /proc/self/mounts; ls -d /sys/fs/bpf; ip -br link; touch $READY; exec sleep 1000"],
            new Dictionary<string, string> { ["READY"] = ready });
        try
        {
            await process.WaitForFileAsync(ready);
            await process.WaitForAsync(() => process.Output.Any(line => line.StartsWith("gs2", StringComparison.Ordinal)), "the links are listed");
            Assert.Equal(
                (await File.ReadAllLinesAsync("/proc/self/mounts")).Any(line => line.StartsWith("bpf ", StringComparison.Ordinal)),
                process.Output.Any(line => line.StartsWith("bpf ", StringComparison.Ordinal)));
            Assert.Equal(143, await process.StopAsync());
        }
        finally
        {
            File.Delete(ready);
        }
    }

    [Fact]
    public async Task Waiting_on_a_process_that_has_ended_says_so_with_its_output()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync();
        await using LabProcess process = lab.Gateway.Start("sh", ["-c", "echo no luck >&2; exit 3"]);
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => process.WaitForFileAsync("/nonexistent"));
        Assert.Contains("ended with 3", failure.Message, StringComparison.Ordinal);
    }
}
