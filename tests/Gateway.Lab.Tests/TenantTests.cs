namespace Gateway.Lab.Tests;

public sealed class TenantTests
{
    private const long Size = 4_000_000;

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task A_second_tenant_takes_the_first_uplink_or_the_one_it_is_routed_over(Family family)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Mode = LabMode.Spread, Family = family, SecondTenant = true });
        Assert.Equal((true, false), await UplinksAsync());
        await lab.RouteTenantOverPath2Async(true);
        Assert.Equal((false, true), await UplinksAsync());
        await lab.RouteTenantOverPath2Async(false);
        Assert.Equal((true, false), await UplinksAsync());

        async Task<(bool First, bool Second)> UplinksAsync()
        {
            PathReading before = await lab.ReadPathsAsync();
            TransferResult result = await lab.TransferAsync(TransferSpec.Upload(Size) with { From = lab.Tenant!.Space });
            PathRates rates = (await lab.ReadPathsAsync()).Since(before);
            Assert.True(result.ContentOk, result.Errors);
            Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
            return (rates.Bytes(1, Direction.Upload) > Size / 2, rates.Bytes(2, Direction.Upload) > Size / 2);
        }
    }

    [Fact]
    public async Task Only_a_spread_lab_has_a_second_tenant()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => MptcpLab.RaiseAsync(new LabOptions { SecondTenant = true }));
    }

    [Fact]
    public async Task Timed_flows_are_whole_and_of_the_kind_asked_for()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Join = Join.None });
        await using FlowTimer timer = await lab.StartFlowTimerAsync();
        PathReading before = await lab.ReadPathsAsync();
        foreach (bool mptcp in (bool[])[true, false, true])
        {
            FlowTime flow = await timer.MeasureAsync(Size, mptcp);
            Assert.Equal((mptcp, false), (flow.Mptcp.Mptcp, flow.Mptcp.Fallback));
            Assert.True(flow.Milliseconds > 0);
        }

        Assert.True((await lab.ReadPathsAsync()).Since(before).Bytes(1, Direction.Download) > 3 * Size);
        FlowTimer nobody = await lab.StartFlowTimerAsync(System.Net.IPAddress.Parse("10.77.1.99"));
        await using (nobody)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => nobody.MeasureAsync(1, mptcp: true));
        }
    }
}
