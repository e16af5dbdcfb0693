namespace Gateway.Lab.Tests;

public sealed class ModeTests
{
    private const long Size = 40_000_000;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Direction.Upload)]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Upload)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Download)]
    [InlineData(LabMode.Bridged, Family.V4, Direction.Upload)]
    [InlineData(LabMode.Bridged, Family.V4, Direction.Download)]
    [InlineData(LabMode.Bridged, Family.V6, Direction.Upload)]
    [InlineData(LabMode.Bridged, Family.V6, Direction.Download)]
    public async Task Two_subflows_carry_a_transfer_over_both_paths(LabMode mode, Family family, Direction direction)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(mode, family));
        await AssertBothPathsCarryAsync(lab, direction);
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Bridged, Family.V4)]
    [InlineData(LabMode.Bridged, Family.V6)]
    public async Task A_client_subflow_endpoint_joins_from_its_own_NIC(LabMode mode, Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(mode, family) with { Join = Join.ClientSubflow });
        PathReading before = await lab.ReadPathsAsync();
        TransferResult result = await lab.TransferAsync(TransferSpec.Download(Size));
        PathRates rates = (await lab.ReadPathsAsync()).Since(before);

        Assert.True(result.ContentOk, result.Errors);
        Assert.Equal(2, result.Subflows);
        Assert.True(rates.Share(1, Direction.Download) > 0.1 && rates.Share(2, Direction.Download) > 0.1, $"{rates}");
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Bridged, Family.V6)]
    public async Task Fullmesh_endpoints_join_every_pair_of_addresses(LabMode mode, Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(mode, family) with { Join = Join.Fullmesh });
        TransferResult result = await lab.TransferAsync(TransferSpec.Download(Size));

        Assert.True(result.ContentOk, result.Errors);
        Assert.Equal(4, result.Subflows);
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Wire_ports_pass_nothing_until_something_joins_them(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(LabMode.Wire, family));
        Assert.False(await PassesAsync(lab));

        await lab.BridgePathAsync(1);
        await lab.BridgePathAsync(2);
        await AssertBothPathsCarryAsync(lab, Direction.Upload);

        await lab.UnbridgePathAsync(1);
        Assert.False(await PassesAsync(lab));
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Spread_subflows_share_link_1_until_a_policy_moves_one(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(LabMode.Spread, family));
        PathReading before = await lab.ReadPathsAsync();
        TransferResult result = await lab.TransferAsync(TransferSpec.Upload(Size));
        PathRates rates = (await lab.ReadPathsAsync()).Since(before);

        Assert.True(result.ContentOk, result.Errors);
        Assert.Equal(2, result.Subflows);
        Assert.True(rates.Share(1, Direction.Upload) > 0.99, $"{rates}");
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task A_spread_server_accepts_its_traffic_on_link_2(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(LabMode.Spread, family));
        string version = family == Family.V4 ? "-4" : "-6", second = lab.Paths[1].Client(family).ToString();
        await lab.Gateway.RunAsync("ip", version, "rule", "add", "from", second, "lookup", "102");
        await lab.Gateway.RunAsync(
            "ip", version, "route", "add", "default", "via", AddressPlan.Subnet(family, AddressPlan.ServerNet(2), 2), "dev", "gs2", "table", "102");
        await AssertBothPathsCarryAsync(lab, Direction.Upload);
    }

    [Theory]
    [InlineData(RealChecksums.Gateway, Family.V4)]
    [InlineData(RealChecksums.Hosts, Family.V6)]
    [InlineData(RealChecksums.Everywhere, Family.V4)]
    public async Task Real_checksums_are_right(RealChecksums checksums, Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(Shaped(LabMode.Routed, family) with { RealChecksums = checksums });
        string features = await lab.Gateway.RunAsync("ethtool", "-k", "gs1");
        Assert.Contains($"tx-checksumming: {(checksums.HasFlag(RealChecksums.Gateway) ? "off" : "on")}", features, StringComparison.Ordinal);
        await AssertBothPathsCarryAsync(lab, Direction.Upload);
    }

    private static async Task<bool> PassesAsync(MptcpLab lab)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        return (await lab.PingAsync(count: 1, cancellation: patience.Token)).Ok;
    }

    private static LabOptions Shaped(LabMode mode, Family family) => new()
    {
        Mode = mode,
        Family = family,
        Path1 = new LinkOptions(RateMbps: 150),
        Path2 = new LinkOptions(RateMbps: 150),
    };

    private static async Task AssertBothPathsCarryAsync(MptcpLab lab, Direction direction)
    {
        PathReading before = await lab.ReadPathsAsync();
        TransferResult result = await lab.TransferAsync(new TransferSpec { Direction = direction, Bytes = Size });
        PathRates rates = (await lab.ReadPathsAsync()).Since(before);

        Assert.True(result.ContentOk, result.Errors);
        Assert.Equal(Size, result.Bytes);
        Assert.Equal(0, result.Lost);
        Assert.False(result.PlainTcp);
        Assert.Equal(2, result.Subflows);
        Assert.True(rates.Share(1, direction) > 0.1 && rates.Share(2, direction) > 0.1, $"{rates}");
        Assert.True(rates.Bytes(1, direction) + rates.Bytes(2, direction) > Size, $"{rates}");
        Assert.Equal(0, (await lab.Client.ReadNstatAsync()).TcpInCsumErrors);
        Assert.Equal(0, (await lab.Server.ReadNstatAsync()).TcpInCsumErrors);
    }
}
