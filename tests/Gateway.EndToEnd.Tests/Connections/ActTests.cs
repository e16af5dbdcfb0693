using Gateway.Client;
using Gateway.Lab;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Acts on one live subflow of real hosts, beside a policy that goes on.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class ActTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task A_subflow_becomes_backup_and_regular_again_while_its_chain_goes_on(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        ApplyPolicyResponse applied = await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        Connection connection = await path.FindAsync(c => c.Subflows.Count(s => s.State == SubflowState.Established) == 2, "two subflows");
        (int code, string output, string errors) = await new ControlProgram(path).RunAsync("connection", "backup", connection.Id, "--subflow", "2");
        Assert.True(code == 0, errors);
        Assert.Equal($"backup: subflow 2 of {connection.Id}", output.Trim());

        await path.FindAsync(c => c.Id == connection.Id && c.Subflows[1] is { ClientBackup: true, ServerBackup: true } && c.Subflows[0] is { ClientBackup: false, ServerBackup: false }, "backup at both ends");
        (long client, long server) = await path.GrowthAsync("MPTcpExtMPPrioRx");
        Assert.True(client >= 1 && server >= 1, $"MP_PRIO came {client} and {server} times.");
        // The subflow's chain goes on behind the act, under another policy too.
        Assert.Contains((await path.Api.Telemetry.CountersAsync()).Chains, c => IsAct(c) && c.Actors.Any(a => a.Actor == "count"));
        await path.Api.Policies.ApplyAsync(PolicyChain.Named("other").Do(a => a.Record()).ToPolicy("other"));
        Assert.Contains((await path.Api.Telemetry.CountersAsync()).Chains, c => IsAct(c) && c.Actors.Any(a => a.Actor == "record"));
        Assert.Equal(applied.Applied.Revision + 1, (await path.Api.Policies.GetAsync()).Applied.Revision);

        await path.Api.Connections.ActAsync(new ActRequest { ConnectionId = connection.Id, Subflow = 2, Yaml = "set_backup: off" });
        await path.FindAsync(c => c.Id == connection.Id && c.Subflows[1] is { ClientBackup: false, ServerBackup: false }, "regular at both ends");
        await path.Api.Connections.ActAsync(new ActRequest { ConnectionId = connection.Id });
        Assert.Equal("other", Assert.Single((await path.Api.Telemetry.CountersAsync()).Chains).Chain);
        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
    }

    /// <summary>The chain of an act on packets of the policy's first.</summary>
    private static bool IsAct(ChainCounters chain) =>
        chain.Chain.StartsWith("act-", StringComparison.Ordinal) && chain.Chain.EndsWith("-0", StringComparison.Ordinal);

    [Fact]
    public async Task A_subflow_is_closed_the_connection_goes_on_and_the_act_ends_with_it()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        Connection connection = await path.FindAsync(c => c.Subflows.Count(s => s.State == SubflowState.Established) == 2, "two subflows");

        ActResponse acted = await path.Api.Connections.ActAsync(new ActRequest
        {
            ConnectionId = connection.Id,
            Subflow = 2,
            Actor = new Actor { CloseSubflow = new CloseSubflowActor() },
        });
        Assert.Equal([2u], acted.Subflows);
        await path.FindAsync(c => c.Id == connection.Id && c.Subflows[1].State is SubflowState.Reset or SubflowState.Closed && c.State == ConnectionState.Established, "one subflow less");
        (long client, long server) = await path.GrowthAsync("MPTcpExtMPRstRx");
        Assert.True(client + server >= 1, "No MP_TCPRST came.");
        await Wait.UntilAsync(async () => (await path.Api.Telemetry.CountersAsync()).Chains.Count == 1, "the act is taken back");
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        await path.AssertWholeAsync(await transfer.StopAsync());
    }

    [Fact]
    public async Task Wrong_acts_are_refused_and_change_nothing()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await using Transfer transfer = await path.StartAsync();
        await RefusedAsync(StatusCode.NotFound, new ActRequest { ConnectionId = "00000000:00000000", Yaml = "set_backup: on" });
        await path.WatchAsync();
        Connection connection = await path.FindAsync(c => c.State == ConnectionState.Established, "the connection");
        await RefusedAsync(StatusCode.InvalidArgument, new ActRequest { ConnectionId = connection.Id, Yaml = "sing" });
        await RefusedAsync(StatusCode.InvalidArgument, new ActRequest { ConnectionId = connection.Id, Yaml = "drop" });
        await RefusedAsync(StatusCode.InvalidArgument, new ActRequest { ConnectionId = connection.Id, Yaml = "rate_limit: {rate: -3}" });
        await RefusedAsync(StatusCode.NotFound, new ActRequest { ConnectionId = connection.Id, Subflow = 9, Yaml = "set_backup: on" });
        Assert.Single((await path.Api.Telemetry.CountersAsync()).Chains);
        await path.AssertWholeAsync(await transfer.StopAsync());

        async Task RefusedAsync(StatusCode code, ActRequest request) =>
            Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => path.Api.Connections.ActAsync(request))).StatusCode);
    }
}
