using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using Kind = Gateway.V1.Event.Types.Kind;

namespace Gateway.EndToEnd.Tests;

/// <summary>What happens on the path arrives at subscribers.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class EventTests(SharedPaths paths)
{
    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Handshakes_announcements_priorities_actors_and_ends_arrive(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        await path.WatchAsync(a => a.GetConnect().GetSubflow());
        await using EventLog log = await EventLog.SubscribeAsync(path);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        Connection connection = await path.FindAsync(c => c.Subflows.Count(s => s.State == SubflowState.Established) == 2, "two subflows");
        LabPath second = path.Lab.Paths[1];
        string client = second.Client(family).ToString(), server = second.Server(family).ToString();

        await path.Api.Policies.ApplyAsync(PolicyChain.Named("demote")
            .Select(s => s.Src(server))
            .Do(a => a.SetBackup())
            .ToPolicy("demote"));
        Event acted = await log.WaitForAsync(
            e => e is { Kind: Kind.Actor, Chain: "demote", Actor: "set_backup", Reason: Reason.Done }, "set_backup's event");
        Assert.Equal((server, client, connection.Id), (acted.SourceAddress, acted.DestinationAddress, acted.ConnectionId));
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        await path.FindAsync(c => c.Id == connection.Id && c.State == ConnectionState.Closed, "its end");
        await log.WaitForAsync(e => e.Kind == Kind.SubflowClosed && e.ConnectionId == connection.Id, "its end's event");

        Event[] own = [.. log.Events.Where(e => e.ConnectionId == connection.Id)];
        // The third ACK tells both keys; what came before has no name yet.
        Assert.Contains(own, e => e is { Kind: Kind.MpCapable, Chain: "watch", Actor: "get_connect" });
        Assert.Contains(own, e => e.Kind == Kind.MpJoin && e.Actor == "get_subflow" && e.SourceAddress == client && e.DestinationAddress == server);
        Event syn = Assert.Single(log.Events, e => e.Kind == Kind.MpJoin && e.Actor.Length == 0 && e.Token == connection.ServerToken && e.SourceAddress == client);
        Assert.Equal(second.GatewayClientPort, syn.Nic);
        Event announced = own.First(e => e.Kind == Kind.AddAddr);
        Assert.Equal((server, 1u), (announced.Address, announced.AddressId));
        Assert.Contains(own, e => e.Kind == Kind.AddAddrEcho && e.AddressId == 1);
        Assert.DoesNotContain(log.Events, e => e.Kind == Kind.Lost);
        Assert.Equal(0ul, (await path.Api.Telemetry.CountersAsync()).EventsLost);
        Assert.All(log.Events, e => Assert.False(e.UnixNanos == 0 || e.Nic.Length == 0 || e.Text.Length == 0, $"{e}"));
    }
}
