using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Policies that take something away from the hosts, and only that.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class RefusalTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V4)]
    public async Task Refused_joins_leave_the_connection_on_one_subflow(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync(PolicyChain.Named("refuse")
            .Do(a => a.BlkSubflow(ipv4: false, ipv6: false, refuseJoin: true))
            .ToPolicy("one-subflow"));

        await using Transfer transfer = await path.StartAsync();
        Connection connection = await path.FindAsync(
            c => c.Subflows.Any(s => s.State == SubflowState.Refused), "a refused subflow");
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((1, false), (result.Subflows, result.PlainTcp));
        Assert.True((await path.GrowthAsync("MPTcpExtMPJoinSynTx")).Client > 0);
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPJoinSynRx"));
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPJoinAckRx"));
        // The server answers a plain SYN; the client resets what did not become a join (RFC 8684, section 3.2).
        Assert.True((await path.GrowthAsync("TcpOutRsts")).Client > 0);
        Assert.True(await path.Gateway.CountAsync("refuse", "blk_subflow", Reason.Done) >= 1);
        Assert.Equal(ConnectionState.Established, connection.State);
        Subflow refused = Assert.Single(connection.Subflows, s => !s.Initial);
        Assert.Equal(path.Lab.Paths[1].Client(family).ToString(), refused.ClientAddress);
        Assert.Equal(SubflowState.Established, connection.Subflows.Single(s => s.Initial).State);
        await path.AssertNoFallbackAsync();
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task A_dropped_port_is_dead_and_others_live(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        System.Net.IPAddress server = path.Lab.Paths[0].Server(family);
        await using LabProcess listening = await PythonHost.ServePlainAsync(path.Lab, server);
        Assert.Equal("connected", await PythonHost.TryAsync(path.Lab, server, seconds: 10));

        await path.Api.Policies.ApplyAsync(PolicyChain.Named("deny")
            .Select(s => s.DstPort(PythonHost.Port))
            .Do(a => a.Drop())
            .ToPolicy("deny"));
        Assert.Equal("TimeoutError", await PythonHost.TryAsync(path.Lab, server, seconds: 2));
        Assert.True(await path.Gateway.CountAsync("deny", "drop", Reason.Dropped) > 0, $"{await path.Api.Telemetry.CountersAsync()}");
        await using (Transfer transfer = await path.StartAsync())
        {
            await path.WaitForJoinAsync(transfer);
            TransferResult result = await transfer.StopAsync();
            await path.AssertWholeAsync(result);
            Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        }

        await path.Api.Policies.ClearAsync();
        Assert.Equal("connected", await PythonHost.TryAsync(path.Lab, server, seconds: 10));
    }
}
