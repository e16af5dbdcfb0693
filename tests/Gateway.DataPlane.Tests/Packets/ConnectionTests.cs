using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>What is learned of connections: tokens, subflows, flags; and the events that tell it.</summary>
[Collection(OnPacketBench.Name)]
public sealed class ConnectionTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void The_connection_is_named_by_the_tokens_of_both_keys(bool v6, int version)
    {
        bench.Reset();
        ulong seed = 0x9e3779b97f4a7c15;
        for (int i = 0; i < 50; i++)
        {
            Conversation conversation = (v6 ? Conversation.V6 : s_v4) with
            {
                ClientKey = new MptcpKey(seed *= 0xd1342543de82ef95),
                ServerKey = new MptcpKey(seed += 0x7fffffff0000001),
                Version = (MptcpVersion)version,
            };
            bench.Forget();
            bench.Prepare(BenchPort.Host, conversation.Handshake);
            Flow flow = bench.OnlyFlow();
            Assert.Equal(conversation.ConnectionId, flow.Connection);
            Connection connection = Assert.Single(bench.Connections()).Value;
            Assert.Equal((1u, 1u, (uint)version), (connection.Subflows, connection.Live, connection.Version));
            Assert.Equal(flow.Created, connection.Created);
            Assert.Equal(KeyDerivation.InitialDataSequenceNumber(conversation.ClientKey, conversation.Version), connection.Idsn[0]);
            Assert.Equal(KeyDerivation.InitialDataSequenceNumber(conversation.ServerKey, conversation.Version), connection.Idsn[1]);
            Assert.Equal(
                new[] { conversation.ClientToken, conversation.ServerToken }.Order(), bench.Tokens().Select(t => t.Key).Order());
            Assert.All(bench.Tokens(), t => Assert.Equal(conversation.ConnectionId, t.Value));
            FlowFlag flags = FlowFlag.Mptcp | FlowFlag.Initial | FlowFlag.Keys | FlowFlag.Established | FlowFlag.OriginKnown | FlowFlag.Live;
            Assert.Equal(flags | (version == 0 ? FlowFlag.V0 : 0), (FlowFlag)flow.Flags);
            Assert.Equal(1, flow.Ordinal);
        }
    }

    [Fact]
    public void Joins_are_tied_to_their_connection_in_order()
    {
        bench.Reset();
        Conversation other = s_v4 with { ClientPort = 50000, ClientKey = new MptcpKey(77), ServerKey = new MptcpKey(78) };
        bench.Prepare(BenchPort.Host, [.. s_v4.Handshake, .. other.Handshake]);
        for (int i = 1; i <= 3; i++)
        {
            Conversation join = s_v4 with { ClientPort = (ushort)(40000 + i) };
            bench.Prepare(BenchPort.Host, join.JoinSyn, join.JoinSyn, join.JoinSynAck, join.JoinAck);
        }

        Assert.Equal([1, 2, 3, 4], bench.Flows().Where(f => f.Connection == s_v4.ConnectionId).Select(f => (int)f.Ordinal).Order());
        Flow joined = bench.Flows().Single(f => f.Ordinal == 4);
        Assert.Equal(s_v4.ServerToken, joined.Token);
        Assert.Equal(FlowFlag.Mptcp | FlowFlag.Join | FlowFlag.Established | FlowFlag.OriginKnown | FlowFlag.Live, (FlowFlag)joined.Flags);
        Assert.Equal([3, 4], new[] { (int)joined.Dir[joined.Origin].AddressId, joined.Dir[1 - joined.Origin].AddressId });
        Assert.Equal(4u, bench.Connections().Single(c => c.Key == s_v4.ConnectionId).Value.Subflows);
        Assert.Equal(4u, bench.Connections().Single(c => c.Key == s_v4.ConnectionId).Value.Live);
    }

    [Fact]
    public void A_join_from_the_server_side_names_the_client_by_its_token()
    {
        bench.Reset();
        bench.Prepare(BenchPort.Host, s_v4.Handshake);
        Conversation join = s_v4 with { Client = s_v4.Server, Server = s_v4.Client, ClientPort = 6000, ServerPort = 6001, ClientKey = s_v4.ServerKey, ServerKey = s_v4.ClientKey };
        bench.Prepare(BenchPort.Host, join.JoinHandshake);
        Assert.Contains(bench.Flows(), f => f.Connection == s_v4.ConnectionId && f.Ordinal == 2);
    }

    [Fact]
    public void A_join_of_an_unknown_connection_stays_untied()
    {
        bench.Reset();
        bench.Prepare(BenchPort.Host, s_v4.JoinHandshake);
        Flow flow = bench.OnlyFlow();
        Assert.Equal((0ul, s_v4.ServerToken, 0), (flow.Connection, flow.Token, (int)flow.Ordinal));
    }

    [Fact]
    public void The_answer_decides_the_version()
    {
        bench.Reset();
        Conversation old = s_v4 with { Version = MptcpVersion.V0 };
        bench.Prepare(BenchPort.Host, s_v4.Syn, old.SynAck, old.Ack);
        Assert.Equal(old.ConnectionId, bench.OnlyFlow().Connection);
        Assert.True(((FlowFlag)bench.OnlyFlow().Flags).HasFlag(FlowFlag.V0));
    }

    [Fact]
    public void Events_tell_of_a_connection_from_beginning_to_end()
    {
        bench.Reset();
        bench.Prepare(BenchPort.Host, s_v4.Handshake);
        bench.Prepare(BenchPort.Host,
            s_v4.Data(),
            s_v4.AddAddr(System.Net.IPAddress.Parse("203.0.113.1")),
            s_v4.Packet(true, MptcpOptions.AddAddrEcho(9, System.Net.IPAddress.Parse("203.0.113.1"))).Build(),
            s_v4.Packet(false, MptcpOptions.RemoveAddr(9)).Build(),
            s_v4.Packet(true, MptcpOptions.Dss(1), MptcpOptions.MpPrio(true), TcpOption.NoOperation).Build(),
            s_v4.Packet(true, MptcpOptions.MpFail(5)).Build(),
            s_v4.Packet(true).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build(),
            s_v4.Packet(false, MptcpOptions.MpFastclose(s_v4.ClientKey)).Build(),
            s_v4.Packet(false, MptcpOptions.MpTcprst(0, 1)).WithFlags(TcpFlags.Rst | TcpFlags.Ack).Build());
        IReadOnlyList<Event> events = bench.ReadEvents();
        Assert.Equal(
            [EventType.MpCapable, EventType.MpCapable, EventType.MpCapable, EventType.AddAddr, EventType.AddAddr, EventType.RemoveAddr, EventType.MpPrio, EventType.MpFail, EventType.Fin, EventType.MpFastclose, EventType.Rst],
            events.Select(e => (EventType)e.Type));
        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 1, 1, 2, 2], events.Select(e => (int)e.Direction));
        Assert.All(events.Skip(2), e => Assert.Equal(s_v4.ConnectionId, e.Connection));
        Assert.All(events, e => Assert.Equal((4, (byte)Hook.Ingress, (byte)BenchPort.Host, ushort.MaxValue), ((int)e.Family, e.Hook, e.GatewayPort, e.Chain)));
        Assert.Equal(1, events[6].OptionsLength > 0 ? events[6].Options[events[6].OptionOffset + 2] & 1 : -1);
    }

    [Fact]
    public void An_answer_without_MPTCP_is_a_fallback()
    {
        bench.Reset();
        bench.Prepare(BenchPort.Host, s_v4.Syn, s_v4.Opening(false).Build());
        Assert.Equal([EventType.MpCapable, EventType.Fallback], bench.ReadEvents().Select(e => (EventType)e.Type));
    }

    [Fact]
    public void A_packet_is_learned_from_once_on_its_way_through()
    {
        bench.Start("  - {name: all, priority: 1, hooks: [ingress, egress], actors: [count]}\n");
        foreach (byte[] frame in (byte[][])[.. s_v4.Handshake, s_v4.Data(), .. s_v4.Handshake])
        {
            _ = bench.Ingress(frame);
            _ = bench.Egress(frame, BenchPort.Partial);
        }

        Assert.Equal(6, bench.ReadEvents().Count);
        Flow flow = bench.OnlyFlow();
        Assert.Equal(3ul, flow.Dir[0].Packets + flow.Dir[1].Packets);
        Assert.Equal(14ul, bench.ChainPackets("all"));
    }

    [Fact]
    public void What_the_gateway_host_itself_sends_is_learned_at_egress()
    {
        bench.Start("  - {name: all, priority: 1, hooks: [ingress, egress], actors: [count]}\n");
        _ = bench.Egress(s_v4.Syn);
        _ = bench.Ingress(s_v4.SynAck);
        _ = bench.Egress(s_v4.Ack);
        Assert.Equal(s_v4.ConnectionId, bench.OnlyFlow().Connection);
        Assert.Equal(3, bench.ReadEvents().Count);
    }

    [Fact]
    public void Plain_TCP_is_tracked_only_for_a_policy_that_can_match_it()
    {
        byte[] frame = s_v4.Bare(true, TcpFlags.Ack).WithPayload(1).Build();
        bench.Reset();
        bench.Prepare(BenchPort.Host, frame);
        Assert.Empty(bench.Flows());
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.NoPolicy));
        bench.Start("  - {name: join, priority: 1, select: {packet_type: mp_join}, actors: [count]}\n");
        bench.Prepare(BenchPort.Host, frame);
        Assert.Empty(bench.Flows());
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.NoMatch));
        bench.Start("  - {name: all, priority: 1, actors: [count]}\n");
        bench.Prepare(BenchPort.Host, frame);
        Assert.Single(bench.Flows());
    }

    [Fact]
    public void VLANs_tell_flows_apart_where_the_port_says_so()
    {
        bench.Reset();
        bench.Prepare(BenchPort.Tagged, (s_v4 with { Vlan = 5 }).Syn, (s_v4 with { Vlan = 6 }).Syn);
        Assert.Equal(2, bench.Flows().Count);
        bench.Forget();
        bench.Prepare(BenchPort.Host, (s_v4 with { Vlan = 5 }).Syn, (s_v4 with { Vlan = 6 }).Syn);
        Assert.Single(bench.Flows());
    }

    [Fact]
    public void Retransmissions_and_gaps_are_recorded()
    {
        bench.Start("  - {name: all, priority: 1, actors: [record]}\n");
        foreach (uint sequence in (uint[])[uint.MaxValue - 5, 4, 4, 34, 14])
        {
            bench.Prepare(BenchPort.Host, s_v4.Packet(true, MptcpOptions.Dss(1)).WithSequence(sequence).WithPayload(new byte[10]).Build());
        }

        Flow flow = bench.OnlyFlow();
        FlowDir sent = flow.Dir[0].Packets > 0 ? flow.Dir[0] : flow.Dir[1];
        Assert.Equal((5ul, 50ul, 2u, 1u), (sent.Packets, sent.Bytes, sent.Retransmissions, sent.OutOfOrder));
        Assert.Equal(5ul, bench.StepReasons("all")[Reason.Done]);
    }

    [Fact]
    public void Get_connect_and_get_subflow_tell_of_the_handshakes_they_are_named_after()
    {
        bench.Start("  - {name: see, priority: 1, actors: [get_connect, get_subflow]}\n");
        bench.Prepare(BenchPort.Host, [.. s_v4.Handshake, .. (s_v4 with { ClientPort = 40001 }).JoinHandshake]);
        bench.Prepare(BenchPort.Host, s_v4.Data());
        Event[] told = [.. bench.ReadEvents().Where(e => e.Op != 0)];
        Assert.Equal([Op.GetConnect, Op.GetConnect, Op.GetConnect, Op.GetSubflow, Op.GetSubflow, Op.GetSubflow], told.Select(e => (Op)e.Op));
        Assert.Equal([0, 0, 0, 1, 1, 1], told.Select(e => (int)e.Step));
        Assert.All(told, e => Assert.Equal((bench.Applied.Generation, (ushort)0), (e.Generation, e.Chain)));
        Assert.Equal(new() { [Reason.Done] = 3, [Reason.NotApplicable] = 4 }, bench.StepReasons("see", 0));
        Assert.Equal(new() { [Reason.Done] = 3, [Reason.NotApplicable] = 4 }, bench.StepReasons("see", 1));
        Assert.All(told, e => Assert.Equal(30, e.Options[e.OptionOffset]));
    }
}
