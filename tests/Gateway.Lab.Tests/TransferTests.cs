namespace Gateway.Lab.Tests;

public sealed class TransferTests
{
    [Fact]
    public async Task Parallel_connections_are_all_verified()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync();
        TransferResult result = await lab.TransferAsync(TransferSpec.Download(1_000_003) with { Connections = 20 });

        Assert.True(result.ContentOk, result.Errors);
        Assert.Equal(20, result.Connections.Count);
        Assert.Equal(20 * 1_000_003, result.Bytes);
        Assert.Equal(20, result.Connections.Select(c => c.Client!.Token).Distinct().Count());
    }

    [Theory]
    [InlineData(Direction.Upload)]
    [InlineData(Direction.Download)]
    public async Task A_timed_transfer_ends_by_itself_and_is_verified(Direction direction)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Path1 = new LinkOptions(RateMbps: 50) });
        TransferResult result = await lab.TransferAsync(
            new TransferSpec { Direction = direction, Duration = TimeSpan.FromSeconds(1) });

        Assert.True(result.ContentOk, result.Errors);
        Assert.True(result.Bytes > 0);
    }

    [Fact]
    public async Task A_download_stopped_early_ends_regularly()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Path1 = new LinkOptions(RateMbps: 100) });
        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Download });
        await transfer.WaitForBytesAsync(2_000_000);
        TransferResult result = await transfer.StopAsync();

        Assert.True(result.ContentOk, result.Errors);
        Assert.True(result.Bytes >= 2_000_000);
    }

    [Fact]
    public async Task Plain_TCP_is_told_from_MPTCP()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync();
        TransferResult result = await lab.TransferAsync(TransferSpec.Upload(500_000) with { Mptcp = false });

        Assert.True(result.ContentOk, result.Errors);
        Assert.True(result.PlainTcp);
        Assert.False(result.Connections[0].Server!.Mptcp);
    }

    [Fact]
    public async Task A_connection_that_breaks_counts_as_lost()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Path1 = new LinkOptions(RateMbps: 50), Join = Join.None });
        await using Transfer transfer = await lab.StartTransferAsync(
            new TransferSpec { Direction = Direction.Upload, Bytes = 50_000_000, Timeout = TimeSpan.FromSeconds(3) });
        await transfer.WaitForBytesAsync(1_000_000);
        await lab.Gateway.SetLinkAsync("gs1", up: false);
        TransferResult result = await transfer.Completion;

        Assert.Equal(1, result.Lost);
        Assert.False(result.ContentOk);
        Assert.NotEmpty(result.Errors);
        Assert.InRange(result.Bytes, 1_000_000, 49_999_999);
    }

    [Fact]
    public async Task A_refused_connection_counts_as_lost_with_its_cause()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync();
        await lab.Gateway.RunAsync("ip", "route", "add", "prohibit", "10.77.11.2");
        TransferResult result = await lab.TransferAsync(TransferSpec.Upload(1000));

        Assert.Equal(1, result.Lost);
        Assert.Contains("connecting to 10.77.11.2:5001", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Pings_are_answered_on_an_MPTCP_connection(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Family = family, Path1 = new LinkOptions(DelayMs: 10) });
        PingResult result = await lab.PingAsync(count: 5, interval: TimeSpan.FromMilliseconds(50), size: 3000);

        Assert.True(result.Ok, result.Error);
        Assert.Equal(5, result.Answered);
        Assert.Equal(2, result.Mptcp!.Subflows);
        Assert.True(result.Median.TotalMilliseconds > 15);
    }
}
