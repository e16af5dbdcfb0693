namespace Gateway.Lab.Tests;

public sealed class LinkTests
{
    [Theory]
    [InlineData(Family.V4, RealChecksums.None)]
    [InlineData(Family.V6, RealChecksums.None)]
    [InlineData(Family.V4, RealChecksums.Everywhere)]
    public async Task A_delay_line_adds_its_delay_to_the_RTT_and_keeps_content_and_order(Family family, RealChecksums checksums)
    {
        var link = new LinkOptions(RateMbps: 200, DelayMs: 10);
        await using MptcpLab lab = await MptcpLab.RaiseAsync(
            new LabOptions { Family = family, Path1 = link, Path2 = link, RealChecksums = checksums });
        await using Transfer transfer = await lab.StartTransferAsync(TransferSpec.Upload(60_000_000));
        await transfer.WaitForBytesAsync(10_000_000);
        IReadOnlyList<SubflowReading> subflows = await lab.Client.ReadSubflowsAsync();
        TransferResult result = await transfer.Completion;

        Assert.Equal(2, subflows.Count);
        Assert.All(subflows, subflow => Assert.True(subflow.RttMs > 15, subflow.Text));
        Assert.Single(subflows, subflow => subflow.Joined);
        Assert.All(subflows, subflow => Assert.True(subflow is { Mptcp: true, SendWindowScale: > 0 }, subflow.Text));
        Assert.True(result.ContentOk, result.Errors);
        Nstat server = await lab.Server.ReadNstatAsync();
        Assert.Equal(0, server.TcpInCsumErrors);
        Assert.Equal(0, (await lab.Client.ReadNstatAsync()).TcpInCsumErrors);
        Assert.All(lab.DelayProcesses, line => Assert.Empty(line.Errors));
    }

    [Fact]
    public async Task A_delay_line_works_between_bare_wire_ports()
    {
        var link = new LinkOptions(RateMbps: 100, DelayMs: 10);
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Mode = LabMode.Wire, Path1 = link, Path2 = link });
        await lab.BridgePathAsync(1);
        await lab.BridgePathAsync(2);
        TransferResult result = await lab.TransferAsync(TransferSpec.Download(20_000_000));

        Assert.True(result.ContentOk, result.Errors);
        Assert.Equal(2, result.Subflows);
    }

    [Fact]
    public async Task Two_shaped_paths_carry_more_than_one()
    {
        var link = new LinkOptions(RateMbps: 50);
        await using MptcpLab two = await MptcpLab.RaiseAsync(new LabOptions { Path1 = link, Path2 = link });
        double both = (await two.TransferAsync(TransferSpec.Download(25_000_000))).Mbps;
        await using MptcpLab one = await MptcpLab.RaiseAsync(new LabOptions { Path1 = link, Path2 = link, Join = Join.None });
        double alone = (await one.TransferAsync(TransferSpec.Download(25_000_000))).Mbps;

        Assert.True(both > 1.4 * alone, $"{both} against {alone}");
        Assert.True(alone < 75, $"{alone}");
    }

    [Fact]
    public async Task A_rate_can_change_while_a_transfer_runs()
    {
        var link = new LinkOptions(RateMbps: 100);
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Path1 = link, Path2 = link, Join = Join.None });
        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Upload });
        double fast = await RateAsync(transfer, 20_000_000);
        await lab.SetRateAsync(1, 20);
        await RateAsync(transfer, 4_000_000);
        double slow = await RateAsync(transfer, 4_000_000);
        TransferResult result = await transfer.StopAsync();

        Assert.True(slow < fast / 2, $"{fast} then {slow}");
        Assert.True(result.ContentOk, result.Errors);
    }

    private static async Task<double> RateAsync(Transfer transfer, long bytes)
    {
        TransferSample from = transfer.Sample;
        await transfer.WaitForBytesAsync(from.Bytes + bytes);
        TransferSample to = transfer.Sample;
        return (to.Bytes - from.Bytes) / (to.Seconds - from.Seconds);
    }
}
