using System.Net;
using Gateway.Daemon.Connections;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.V1;
using static Gateway.Daemon.Tests.Connections.Script;
using Direction = Gateway.DataPlane.Abi.Direction;
using Reason = Gateway.DataPlane.Abi.Reason;

namespace Gateway.Daemon.Tests.Connections;

public sealed class ConnectionTrackerTests
{
    private readonly Script _script = new();

    [Fact]
    public void A_handshake_is_visible_before_its_keys_are()
    {
        _script.SynCapable();

        Assert.Equal(ConnectionState.Handshake, _script.Only.State);
        Assert.Equal("00000000:00000000@10.0.0.1:40000-10.0.0.2:80", _script.Only.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_give_the_tokens_the_kernel_computes(bool toldByKernel)
    {
        _script.SynCapable().SynAckCapable().AckCapable(toldByKernel ? Id : 0);

        Connection connection = _script.Only;
        Assert.Equal(ConnectionState.Established, connection.State);
        Assert.Equal($"{ClientToken:x8}:{ServerToken:x8}", connection.Id);
        Assert.Equal(ClientToken, connection.ClientToken);
        Assert.Equal(ServerToken, connection.ServerToken);
        Assert.Equal(1u, connection.Version);
        Subflow subflow = Assert.Single(connection.Subflows);
        Assert.True(subflow.Initial);
        Assert.Equal(SubflowState.Established, subflow.State);
        Assert.Equal(("10.0.0.1", 40000u, "10.0.0.2", 80u), (subflow.ClientAddress, subflow.ClientPort, subflow.ServerAddress, subflow.ServerPort));
    }

    [Fact]
    public void Version_0_has_keys_in_its_syn_and_sha1_tokens()
    {
        _script.Send(EventType.MpCapable, ClientEnd, ServerEnd, 0x02, MptcpOptions.MpCapable(ClientKey, MptcpVersion.V0), Direction.Original);
        _script.Send(EventType.MpCapable, ServerEnd, ClientEnd, 0x12, MptcpOptions.MpCapable(ServerKey, MptcpVersion.V0), Direction.Reply);
        _script.Send(EventType.MpCapable, ClientEnd, ServerEnd, 0x10, MptcpOptions.MpCapable(ClientKey, ServerKey, version: MptcpVersion.V0), Direction.Original);

        Assert.Equal(0u, _script.Only.Version);
        Assert.Equal(KeyDerivation.Token(ClientKey, MptcpVersion.V0), _script.Only.ClientToken);
        Assert.Equal(KeyDerivation.Token(ServerKey, MptcpVersion.V0), _script.Only.ServerToken);
    }

    [Fact]
    public void A_repeated_syn_begins_nothing_new()
    {
        _script.SynCapable().SynCapable().SynAckCapable().SynAckCapable().AckCapable(Id).AckCapable(Id);

        Assert.Single(_script.Only.Subflows);
    }

    [Fact]
    public void A_syn_with_another_sequence_number_uses_the_ports_anew()
    {
        _script.Established().SynCapable(sequence: 99);

        Assert.Equal([ConnectionState.Closed, ConnectionState.Handshake], _script.Tracker.List(true).Select(c => c.State).Order().Reverse());
    }

    [Fact]
    public void A_join_is_tied_by_its_token()
    {
        _script.SynCapable().SynAckCapable().AckCapable(0);
        _script.Send(EventType.MpJoin, JoinEnd, ServerEnd, 0x02, MptcpOptions.MpJoinSyn(ServerToken, 1, 3), Direction.Original, token: ServerToken);

        Assert.Equal(3u, _script.Joined.ClientAddressId);
        Assert.Equal(SubflowState.Handshake, _script.Joined.State);
    }

    [Fact]
    public void A_join_of_an_unknown_connection_is_known_by_its_token_only()
    {
        _script.Send(EventType.MpJoin, JoinEnd, ServerEnd, 0x02, MptcpOptions.MpJoinSyn(0xabcd, 1, 3), Direction.Original, token: 0xabcd);

        Assert.StartsWith("00000000:0000abcd", _script.Only.Id, StringComparison.Ordinal);
        Assert.Equal(0u, _script.Only.ClientToken);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void The_backup_bit_of_a_join_asks_the_other_end(bool byClient, bool byServer)
    {
        _script.Established().SynJoin(backup: byClient).SynAckJoin(backup: byServer).AckJoin();

        Assert.Equal(SubflowState.Established, _script.Joined.State);
        Assert.Equal(5u, _script.Joined.ServerAddressId);
        Assert.Equal(byClient, _script.Joined.ServerBackup);
        Assert.Equal(byServer, _script.Joined.ClientBackup);
    }

    [Fact]
    public void Mp_prio_asks_its_receiver_and_can_be_taken_back()
    {
        _script.Established().EstablishedJoin();

        _script.Send(EventType.MpPrio, ServerEnd, JoinEnd, 0x10, MptcpOptions.MpPrio(true), Direction.Reply, Id);
        Assert.True(_script.Joined.ClientBackup);
        Assert.False(_script.Joined.ServerBackup);

        _script.Send(EventType.MpPrio, ServerEnd, JoinEnd, 0x10, MptcpOptions.MpPrio(false), Direction.Reply, Id);
        Assert.False(_script.Joined.ClientBackup);
    }

    [Fact]
    public void Addresses_are_announced_echoed_and_withdrawn()
    {
        IPAddress address = IPAddress.Parse("2001:db8::7");
        _script.Established();

        _script.Send(EventType.AddAddr, ServerEnd, ClientEnd, 0x10, MptcpOptions.AddAddr(9, address, 1, 8080), Direction.Reply, Id);
        AnnouncedAddress announced = Assert.Single(_script.Only.Addresses);
        Assert.Equal(("2001:db8::7", 8080u, 9u), (announced.Address, announced.Port, announced.AddressId));
        Assert.False(announced.ByClient || announced.Hidden || announced.Echoed || announced.Removed);

        _script.Send(EventType.AddAddr, ClientEnd, ServerEnd, 0x10, MptcpOptions.AddAddrEcho(9, address, 8080), Direction.Original, Id);
        Assert.True(Assert.Single(_script.Only.Addresses).Echoed);

        _script.Send(EventType.RemoveAddr, ClientEnd, ServerEnd, 0x10, MptcpOptions.RemoveAddr(9), Direction.Original, Id);
        Assert.False(Assert.Single(_script.Only.Addresses).Removed);

        _script.Send(EventType.RemoveAddr, ServerEnd, ClientEnd, 0x10, MptcpOptions.RemoveAddr(1, 9), Direction.Reply, Id);
        Assert.True(Assert.Single(_script.Only.Addresses).Removed);
    }

    [Fact]
    public void An_announcement_on_a_subflow_of_the_server_is_the_servers()
    {
        _script.Established();
        _script.Send(EventType.MpJoin, ServerEnd, JoinEnd, 0x02, MptcpOptions.MpJoinSyn(ClientToken, 1, 3), Direction.Original, Id, FlowFlag.Join, ClientToken);
        _script.Send(EventType.AddAddr, ServerEnd, JoinEnd, 0x10, MptcpOptions.AddAddr(4, IPAddress.Parse("10.9.9.9"), 1), Direction.Original, Id);

        Assert.False(Assert.Single(_script.Only.Addresses).ByClient);
    }

    [Fact]
    public void A_hidden_address_is_marked()
    {
        TcpOption option = MptcpOptions.AddAddr(9, IPAddress.Parse("10.0.9.9"), 1);
        _script.Established();
        _script.Send(EventType.AddAddr, ServerEnd, ClientEnd, 0x10, option, Direction.Reply, Id);
        _script.Send(EventType.Actor, ServerEnd, ClientEnd, 0x10, option, Direction.Reply, Id, op: Op.BlkSubflow, reason: Reason.NoRoom);
        Assert.False(Assert.Single(_script.Only.Addresses).Hidden);

        _script.Send(EventType.Actor, ServerEnd, ClientEnd, 0x10, option, Direction.Reply, Id, op: Op.BlkSubflow, reason: Reason.Done);
        Assert.True(Assert.Single(_script.Only.Addresses).Hidden);
    }

    [Fact]
    public void A_version_0_address_whose_option_was_wiped_is_hidden_too()
    {
        _script.Established();
        _script.Send(
            EventType.AddAddr, ServerEnd, ClientEnd, 0x10, MptcpOptions.AddAddrV0(9, IPAddress.Parse("10.0.9.9")), Direction.Reply, Id, sequence: 77);
        _script.Send(EventType.Actor, ServerEnd, ClientEnd, 0x10, null, Direction.Reply, Id, sequence: 78, op: Op.BlkSubflow, reason: Reason.Done);
        Assert.False(Assert.Single(_script.Only.Addresses).Hidden);

        _script.Send(EventType.Actor, ServerEnd, ClientEnd, 0x10, null, Direction.Reply, Id, sequence: 77, op: Op.BlkSubflow, reason: Reason.Done);
        Assert.True(Assert.Single(_script.Only.Addresses).Hidden);
    }

    [Fact]
    public void Mp_prio_of_version_0_can_be_about_another_subflow()
    {
        _script.Established().EstablishedJoin();
        _script.Send(EventType.MpPrio, ClientEnd, ServerEnd, 0x10, MptcpOptions.MpPrioV0(true, 3), Direction.Original, Id);

        Assert.True(_script.Joined.ServerBackup);
        Assert.False(_script.Only.Subflows[0].ServerBackup);
    }

    [Theory]
    [InlineData("flag")]
    [InlineData("actor")]
    [InlineData("rst")]
    [InlineData("plain")]
    public void A_refused_join_leaves_the_connection_alone(string how)
    {
        _script.Established().SynJoin(flow: how == "flag" ? FlowFlag.Join | FlowFlag.Refused : FlowFlag.Join);
        switch (how)
        {
            case "actor":
                _script.Send(EventType.Actor, JoinEnd, ServerEnd, 0x02, id: Id, op: Op.BlkSubflow, reason: Reason.Done);
                break;
            case "rst":
                _script.RstFrom(ServerEnd, JoinEnd);
                break;
            case "plain":
                _script.Send(EventType.Fallback, ServerEnd, JoinEnd, 0x12, id: Id);
                break;
        }

        Assert.Equal(SubflowState.Refused, _script.Joined.State);
        Assert.Equal(ConnectionState.Established, _script.Only.State);
    }

    [Fact]
    public void A_subflow_ends_with_both_fins_and_the_connection_with_its_last_subflow()
    {
        _script.Established().EstablishedJoin();

        _script.FinFrom(ClientEnd, ServerEnd);
        Assert.Equal(SubflowState.Closing, _script.Only.Subflows[0].State);
        _script.FinFrom(ServerEnd, ClientEnd);
        Assert.Equal(SubflowState.Closed, _script.Only.Subflows[0].State);
        Assert.Equal(ConnectionState.Established, _script.Only.State);

        _script.FinFrom(ServerEnd, JoinEnd).FinFrom(JoinEnd, ServerEnd);
        Assert.Equal(ConnectionState.Closed, _script.Only.State);
        Assert.Empty(_script.Tracker.List(includeClosed: false));
    }

    [Fact]
    public void A_connection_without_subflows_can_be_joined_again()
    {
        _script.Established().FinFrom(ClientEnd, ServerEnd).FinFrom(ServerEnd, ClientEnd).EstablishedJoin();

        Assert.Equal(ConnectionState.Established, Assert.Single(_script.Tracker.List(includeClosed: false)).State);
    }

    [Fact]
    public void Resets_and_fastclose_are_told_apart()
    {
        _script.Established().RstFrom(ServerEnd, ClientEnd);
        Assert.Equal(ConnectionState.Reset, _script.Only.State);

        var other = new Script();
        other.Established().EstablishedJoin();
        other.Send(EventType.MpFastclose, ClientEnd, ServerEnd, 0x10, MptcpOptions.MpFastclose(ServerKey), Direction.Original, Id);
        Assert.Equal(ConnectionState.Fastclosed, other.Only.State);
        Assert.All(other.Only.Subflows, s => Assert.Equal(SubflowState.Reset, s.State));
    }

    [Fact]
    public void An_answer_without_mp_capable_is_a_fallback_that_watchers_see()
    {
        using ConnectionWatch watch = _script.Tracker.Watch();
        _script.SynCapable();
        _script.Send(EventType.Fallback, ServerEnd, ClientEnd, 0x12, direction: Direction.Reply);

        Assert.Equal(ConnectionState.Fallback, _script.Only.State);
        Assert.Equal(ConnectionUpdate.Types.Kind.Added, Assert.Single(Take(watch)).Kind);
    }

    [Fact]
    public void Keys_are_in_nothing_that_leaves()
    {
        _script.Established().EstablishedJoin();
        _script.Send(EventType.MpFastclose, ClientEnd, ServerEnd, 0x10, MptcpOptions.MpFastclose(ServerKey), Direction.Original, Id);

        string text = _script.Only.ToString();
        foreach (MptcpKey key in (MptcpKey[])[ClientKey, ServerKey])
        {
            Assert.DoesNotContain($"{key.ToUInt64():x16}", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain($"{key.ToUInt64()}", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Flows_known_before_the_tracker_become_connections()
    {
        _script.Tracker.Reconcile(
            [
                Flow(ClientEnd, ServerEnd, FlowFlag.Mptcp | FlowFlag.Initial | FlowFlag.Established | FlowFlag.Keys),
                Flow(JoinEnd, ServerEnd, FlowFlag.Mptcp | FlowFlag.Join | FlowFlag.Established, placed: true, token: ServerToken),
            ],
            0);

        Connection connection = _script.Only;
        Assert.Equal(ConnectionState.Established, connection.State);
        Assert.Equal($"{ClientToken:x8}:{ServerToken:x8}", connection.Id);
        Assert.Equal(2, connection.Subflows.Count);
        Subflow joined = _script.Joined;
        Assert.True(joined.ServerBackup);
        Assert.Equal(3_000_000u, joined.RttNanos);
        Assert.Equal((10u, 10_000u, 2u, 1u), (joined.Original.Packets, joined.Original.Bytes, joined.Original.Retransmissions, joined.Original.OutOfOrder));
        Assert.Equal(11u, joined.Reply.Packets);
        Assert.Equal("eth7", joined.IngressNic);
    }

    [Fact]
    public void A_flow_that_left_the_table_has_ended()
    {
        _script.Established();
        _script.Tracker.Reconcile([], 0);
        Assert.Equal(ConnectionState.Established, _script.Only.State);

        _script.Tracker.Reconcile([], _script.Now.AddSeconds(1).UnixNanos());
        Assert.Equal(ConnectionState.Closed, _script.Only.State);
    }

    [Fact]
    public void A_watch_starts_with_what_is_there_and_merges_what_it_missed()
    {
        _script.Established();
        using ConnectionWatch watch = _script.Tracker.Watch();
        Assert.Equal(ConnectionUpdate.Types.Kind.Present, Assert.Single(Take(watch)).Kind);

        _script.EstablishedJoin();
        ConnectionUpdate changed = Assert.Single(Take(watch));
        Assert.Equal(ConnectionUpdate.Types.Kind.Changed, changed.Kind);
        Assert.Equal(2, changed.Connection.Subflows.Count);

        _script.RstFrom(ServerEnd, ClientEnd).RstFrom(ServerEnd, JoinEnd);
        Assert.Equal(ConnectionUpdate.Types.Kind.Closed, Assert.Single(Take(watch)).Kind);
    }

    [Fact]
    public void Idle_connections_end_and_idle_handshakes_are_forgotten()
    {
        _script.Established();
        _script.Tracker.Expire(_script.Now.AddHours(3).UnixNanos());
        Assert.Equal(ConnectionState.Closed, _script.Only.State);

        var other = new Script();
        other.SynCapable();
        other.Tracker.Expire(other.Now.AddHours(1).UnixNanos());
        Assert.Empty(other.Tracker.List(true));
    }

    [Fact]
    public void Nothing_is_remembered_without_bound()
    {
        var script = new Script(new ConnectionLimits { Open = 50, Handshakes = 10, Closed = 5 });
        for (ushort port = 1; port <= 100; port++)
        {
            script.Send(EventType.MpCapable, ClientEnd with { Port = port }, ServerEnd, 0x02, MptcpOptions.MpCapable(), Direction.Original);
        }

        Assert.Equal(10, script.Tracker.Count);
        for (ushort port = 1; port <= 100; port++)
        {
            script.RstFrom(ClientEnd with { Port = port }, ServerEnd);
        }

        Assert.Equal(0, script.Tracker.Count);
        Assert.Equal(5, script.Tracker.List(true).Count);

        for (ushort port = 1; port <= 100; port++)
        {
            script.Send(
                EventType.MpJoin, ClientEnd with { Port = port }, ServerEnd, 0x02, MptcpOptions.MpJoinSyn(port, 1), Direction.Original, token: port);
        }

        Assert.Equal(50, script.Tracker.Count);
        Assert.Equal(50, script.Tracker.Refused);
    }

    private static IReadOnlyList<ConnectionUpdate> Take(ConnectionWatch watch)
    {
        Task<IReadOnlyList<ConnectionUpdate>?> taken = watch.TakeAsync(CancellationToken.None);
        Assert.True(taken.IsCompletedSuccessfully, "Nothing was noted.");
        return taken.Result!;
    }
}
