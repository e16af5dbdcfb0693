using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>close_subflow: one subflow ends at both hosts, the connection goes on over the other.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class CloseSubflowTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download, 2)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Upload, 2)]
    [InlineData(LabMode.Wire, Family.V4, Direction.Upload, 2)]
    [InlineData(LabMode.Wire, Family.V6, Direction.Download, 2)]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download, 1)]
    public async Task Both_hosts_are_told_and_the_transfer_goes_on(LabMode mode, Family family, Direction direction, int closed)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await using Transfer transfer = await path.StartAsync(direction);
        await path.WaitForJoinAsync(transfer);
        Connection connection = await path.FindAsync(c => c.Subflows.Count(s => s.State == SubflowState.Established) == 2, "two subflows");
        System.Net.IPAddress server = path.Lab.Paths[closed - 1].Server(family);
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPRstRx"));

        await path.Api.Policies.ApplyAsync($$"""
            version: 1
            name: close
            chains:
              - name: close
                priority: 1
                select:
                  any: [{src: "{{server}}"}, {dst: "{{server}}"}]
                actors: [close_subflow]
            """);
        await Wait.UntilAsync(
            async () => await path.GrowthAsync("MPTcpExtMPRstRx") is { Client: > 0, Server: > 0 },
            $"MP_TCPRST at both hosts: {await path.Api.Telemetry.CountersAsync()}");
        await Wait.UntilAsync(async () => (await path.Lab.Client.ReadSubflowsAsync()).Count == 1, "the client has one subflow");
        await transfer.WaitForBytesAsync(transfer.Bytes + 2_000_000);
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.False(result.PlainTcp);
        await path.AssertNoFallbackAsync();
        Connection after = await path.FindAsync(
            c => c.Id == connection.Id && c.Subflows.Any(s => s.ServerAddress == server.ToString() && s.State is SubflowState.Reset or SubflowState.Closed), "the closed subflow listed so");
        Assert.Contains(after.Subflows, s => s.ServerAddress != server.ToString());
        Assert.True(await path.Gateway.CountAsync("close", "close_subflow", Reason.Done) >= 2);
    }
}
