using System.Collections.Concurrent;
using System.Net;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane.Tests.Events;

public sealed class EventTests : IDisposable
{
    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void Options_of_an_event_are_never_printed()
    {
        var options = new TcpOptionBytes([30, 12, 0, 1, 0xde, 0xad, 0xbe, 0xef, 0xde, 0xad, 0xbe, 0xef]);

        Assert.Equal("12 bytes", options.ToString());
        Assert.Equal(12, options.Bytes.Length);
        Assert.Equal(0xde, options.Bytes[4]);
        Assert.Equal(options, new TcpOptionBytes(options.Bytes));
    }

    [Fact]
    public void A_flow_is_read_back_with_its_ends_and_counts()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply("- {name: all, priority: 1, actors: [record]}\n");
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-2);

        _gateway.Network.ExchangeTcp(1 << 20);

        FlowSnapshot flow = Assert.Single(_gateway.DataPlane.ReadFlows(), f => f.Server.Port == 5201);
        Assert.True(flow.OriginKnown);
        Assert.Equal((IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")), (flow.Client.Address, flow.Server.Address));
        Assert.Equal(1ul << 20, flow.FromClient.Bytes);
        Assert.Equal(0ul, flow.FromServer.Bytes);
        Assert.Equal(("a", "b"), (flow.FromClient.IngressNic, flow.FromServer.IngressNic));
        Assert.InRange(flow.Created, before, DateTimeOffset.UtcNow.AddSeconds(2));
    }

    [Fact]
    public void An_MPTCP_handshake_comes_as_events_of_its_chain()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        AppliedPolicy applied = _gateway.Apply("- {name: seen, priority: 1, hooks: [ingress], actors: [get_connect]}\n");
        var events = new ConcurrentQueue<PathEvent>();
        using EventReader reader = _gateway.DataPlane.ReadEvents((in PathEvent e) => events.Enqueue(e));

        _gateway.Network.ExchangeTcp(10_000, multipath: true);

        bool Handshake(PathEvent e) => e is { Type: EventType.MpCapable, Op: Op.GetConnect, Direction: Direction.Original };
        Eventually.True(() => events.Any(Handshake), "get_connect of the client");
        PathEvent seen = events.First(Handshake);
        Assert.Equal((IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), (ushort)5201), (seen.Source, seen.Destination, seen.DestinationPort));
        Assert.Equal(("a", Hook.Ingress, applied.Generation, 0, 0), (seen.Nic, seen.Hook, seen.Generation, seen.Chain, seen.Step));
        Assert.Equal(30, seen.Options.Bytes[seen.OptionOffset]);
        Assert.InRange(seen.Time, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(2));
        Assert.Equal("get_connect", _gateway.DataPlane.FindGeneration(seen.Generation)!.Chains[seen.Chain].Actors[seen.Step]);
        Assert.Contains(_gateway.DataPlane.ReadFlows(), f => f.ConnectionId != 0 && (f.Flags & FlowFlag.Mptcp) != 0);
        Assert.Equal(0, reader.Undecodable + reader.HandlerFailures);
        Assert.True(reader.Received >= events.Count);
    }

    [Fact]
    public void A_handler_that_throws_does_not_end_the_stream()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply("- {name: seen, priority: 1, actors: [get_connect]}\n");
        using EventReader reader = _gateway.DataPlane.ReadEvents((in PathEvent _) => throw new InvalidOperationException("bad handler"));

        _gateway.Network.ExchangeTcp(10_000, multipath: true);

        Eventually.True(() => reader.HandlerFailures > 2, "several failures");
    }

    [Fact]
    public void Only_one_reader_takes_the_events()
    {
        using (EventReader reader = _gateway.DataPlane.ReadEvents((in PathEvent _) => { }))
        {
            Assert.Equal(DataPlaneErrorKind.FailedPrecondition, Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.ReadEvents((in PathEvent _) => { })).Kind);
            Assert.Equal(0, reader.Undecodable);
        }

        using EventReader second = _gateway.DataPlane.ReadEvents((in PathEvent _) => { });
    }
}
