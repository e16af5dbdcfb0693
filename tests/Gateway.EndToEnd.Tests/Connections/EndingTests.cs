using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Connections that do not end, or do not begin, as MPTCP should.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class EndingTests(SharedPaths paths)
{
    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task A_server_without_mptcp_makes_a_fallback(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        await path.WatchAsync();
        await using EventLog events = await EventLog.SubscribeAsync(path);
        await using LabProcess server = await PythonHost.ServePlainAsync(path.Lab, path.Lab.Paths[0].Server(family));
        await using LabProcess client = PythonHost.Count(path.Lab, path.Lab.Paths[0].Server(family));
        await client.WaitForAsync(() => client.Output.Contains("sent"), "the client has sent");

        Connection connection = await path.FindAsync(
            c => c.State == ConnectionState.Fallback && c.Subflows.Any(s => s.ServerPort == PythonHost.Port), "a connection that fell back");
        Subflow subflow = Assert.Single(connection.Subflows);
        Assert.Equal(path.Lab.Paths[0].Client(family).ToString(), subflow.ClientAddress);
        Assert.Equal(SubflowState.Established, subflow.State);
        Assert.Equal(0u, connection.ServerToken);
        await events.WaitForAsync(e => e.Kind == Event.Types.Kind.Fallback, "an event of the fallback");
        Assert.True((await path.GrowthAsync("MPTcpExtMPCapableFallbackSYNACK")).Client > 0);

        Assert.Equal(0, await client.StopAsync());
        await Wait.UntilAsync(() => client.Output.Contains("300000"), "the server's answer");
        await path.FindAsync(
            c => c.State == ConnectionState.Closed && c.Subflows.Any(s => s.ServerPort == PythonHost.Port), "its end");
    }

    [Fact]
    public async Task A_client_that_leaves_data_unread_fastcloses()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.WatchAsync();
        await using EventLog events = await EventLog.SubscribeAsync(path);
        await using LabProcess server = await PythonHost.ServeEagerAsync(path.Lab, path.Lab.Paths[0].ServerV4);
        await using LabProcess client = PythonHost.Break(path.Lab, path.Lab.Paths[0].ServerV4);
        await client.WaitForAsync(() => client.Output.Contains("unread"), "data waits at the client");
        Connection connection = await path.FindAsync(
            c => c.Subflows.Count(s => s.State == SubflowState.Established && s.ServerPort == PythonHost.Port) == 2, "two established subflows");

        Assert.Equal(0, await client.StopAsync());

        Connection ended = await path.FindAsync(c => c.Id == connection.Id && c.State == ConnectionState.Fastclosed, "fastclosed");
        Assert.All(ended.Subflows, s => Assert.Equal(SubflowState.Reset, s.State));
        Event fastclose = await events.WaitForAsync(e => e.Kind == Event.Types.Kind.MpFastclose, "an event of MP_FASTCLOSE");
        Assert.Equal(connection.Id, fastclose.ConnectionId);
        Assert.True((await path.GrowthAsync("MPTcpExtMPFastcloseTx")).Client > 0);
        Assert.True((await path.GrowthAsync("MPTcpExtMPFastcloseRx")).Server > 0);
        await server.WaitForAsync(() => server.Output.Any(l => l.EndsWith("Error", StringComparison.Ordinal)), "the server's socket fails");
        Assert.DoesNotContain((await path.Api.Connections.ListAsync()).Connections, c => c.Id == connection.Id);
    }
}
