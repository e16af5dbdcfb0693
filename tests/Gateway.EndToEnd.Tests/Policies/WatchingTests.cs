using Gateway.Lab;
using Gateway.V1;
using Kind = Gateway.V1.Event.Types.Kind;

namespace Gateway.EndToEnd.Tests;

/// <summary>mark, mirror and trace on a running transfer, which they must not disturb.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class WatchingTests(SharedPaths paths)
{
    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Marked_mirrored_and_traced_data_arrives_whole(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        LabPath first = path.Lab.Paths[0], second = path.Lab.Paths[1];
        await using EventLog log = await EventLog.SubscribeAsync(path);
        await path.Api.Policies.ApplyAsync($$$"""
            version: 1
            name: watch
            chains:
              - name: look
                priority: 2
                hooks: [egress]
                select: {all: [{egress_port: {{{first.GatewayClientPort}}} }, {src_port: {{{MptcpLab.Port}}} }, {sample: {one_in: 50}}]}
                actors: [{mirror: {port: {{{second.GatewayServerPort}}} } }, {mark: {skb: 0x10, mask: 0xff, dscp: 10}}, trace]
              - name: rest
                priority: 1
                actors: [{mark: {dscp: 46}}]
            """);
        await using Transfer transfer = await path.StartAsync();
        await transfer.WaitForBytesAsync(8_000_000);
        Event traced = await log.WaitForAsync(e => e is { Kind: Kind.Trace, Chain: "look" } && e.TcpOptions.Contains("dss"), "a traced packet");
        TransferResult result = await transfer.StopAsync();

        Assert.Equal(["timestamps", "dss"], traced.TcpOptions);
        Assert.Equal(["mirror", "mark", "trace"], traced.Results.Select(r => r.Actor));
        Assert.All(traced.Results, r => Assert.Equal(Reason.Done, r.Reason));
        Assert.Equal((first.GatewayClientPort, "egress"), (traced.Nic, traced.Hook));
        Assert.True(await path.Gateway.CountAsync("look", "mirror", Reason.Done) > 0);
        Assert.True(await path.Gateway.CountAsync("rest", "mark", Reason.Done) > 0);
        await path.AssertWholeAsync(result);
        Assert.False(result.PlainTcp);
        await path.AssertNoFallbackAsync();
    }
}
