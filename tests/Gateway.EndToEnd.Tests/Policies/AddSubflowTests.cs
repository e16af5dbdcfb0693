using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>add_subflow between real hosts: the client joins what the gateway gives back or announces.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class AddSubflowTests(SharedPaths paths)
{
    private const long Threshold = 10_000_000;

    /// <summary>What is on its way: seen by the gateway and not yet received.</summary>
    private const long InFlight = 2_000_000;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download)]
    [InlineData(LabMode.Routed, Family.V4, Direction.Upload)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Upload)]
    [InlineData(LabMode.Wire, Family.V4, Direction.Download)]
    [InlineData(LabMode.Wire, Family.V6, Direction.Upload)]
    public async Task A_connection_has_one_path_until_it_has_carried_enough(LabMode mode, Family family, Direction direction)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read("single-path-until-n-bytes"));

        await using Transfer transfer = await path.StartAsync(direction);
        while (transfer.Bytes < Threshold - InFlight)
        {
            bool joined = (await path.Lab.Client.ReadSubflowsAsync()).Any(s => s.Joined);
            Assert.False(joined && transfer.Bytes < Threshold - InFlight, $"joined at {transfer.Bytes} bytes");
        }

        await path.WaitForJoinAsync(transfer);
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        Assert.True((await path.GrowthAsync("MPTcpExtAddAddr")).Client > 0);
        Assert.True((await path.GrowthAsync("MPTcpExtMPJoinSynTx")).Client > 0);
        Assert.True((await path.GrowthAsync("MPTcpExtMPJoinAckRx")).Server > 0);
        // The server announced it: the echo is for it.
        Assert.True((await path.GrowthAsync("MPTcpExtEchoAdd")).Server > 0);
        Assert.True(await path.Gateway.CountAsync("hold-back", "blk_subflow", Reason.Done) >= 1);
        Assert.True(await path.Gateway.CountAsync("give-back", "add_subflow", Reason.Done) >= 1);
        await path.AssertNoFallbackAsync();
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Upload)]
    [InlineData(LabMode.Wire, Family.V4, Direction.Upload)]
    public async Task A_client_joins_an_address_that_its_server_never_announced(LabMode mode, Family family, Direction direction)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Lab.Server.IpAsync("mptcp endpoint flush");
        string policy = ReadyMadePolicy.Read("fullmesh-on-path")
            .Replace("198.51.100.10", path.Lab.Paths[0].Server(family).ToString(), StringComparison.Ordinal)
            .Replace("203.0.113.10", path.Lab.Paths[1].Server(family).ToString(), StringComparison.Ordinal);
        await path.Api.Policies.ApplyAsync(policy);

        await using Transfer transfer = await path.StartAsync(direction);
        await path.WaitForJoinAsync(transfer);
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        Assert.True((await path.GrowthAsync("MPTcpExtAddAddr")).Client > 0);
        Assert.Equal(0, (await path.GrowthAsync("MPTcpExtAddAddrTx")).Server);
        Assert.True((await path.GrowthAsync("MPTcpExtMPJoinAckRx")).Server > 0);
        // The server knows nothing of an announcement, so it hears of no confirmation.
        Assert.Equal(0, (await path.GrowthAsync("MPTcpExtEchoAdd")).Server);
        Assert.True(await path.Gateway.CountAsync("announce", "add_subflow", Reason.Done) >= 1);
        await path.AssertNoFallbackAsync();
    }
}
