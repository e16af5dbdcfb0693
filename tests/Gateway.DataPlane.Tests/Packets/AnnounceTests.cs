using System.Net;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Direction = Gateway.DataPlane.Abi.Direction;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>add_subflow: addresses that user space has authenticated, and their echoes.</summary>
[Collection(OnPacketBench.Name)]
public sealed class AnnounceTests(PacketBench bench)
{
    private const string Announce = """
          - {name: tell, priority: 1, hooks: [ingress, egress], actors: [count, {add_subflow: {announce: [{address: 203.0.113.50, id: 200}, {address: 203.0.113.51, port: 5001}], to: client}}]}
        """;

    private static readonly IPAddress s_first = IPAddress.Parse("203.0.113.50");
    private static readonly IPAddress s_second = IPAddress.Parse("203.0.113.51");
    private static readonly Conversation s_v4 = new();
    private static readonly TcpOption s_nop = TcpOption.NoOperation;

    private static TcpOption Wide => MptcpOptions.Dss(0x8000000011223344);

    [Fact]
    public void Addresses_are_asked_for_and_announced_once_they_are_offered()
    {
        Begin(s_v4);
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Event wanted = bench.ReadEvents().First(e => e.Type == (byte)EventType.AddressWanted);
        Assert.Equal(
            (s_v4.ConnectionId, bench.Applied.Generation, (ushort)0, (byte)1, (byte)Reason.NoKeys),
            (wanted.Connection, wanted.Generation, wanted.Chain, wanted.Step, wanted.Reason));
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Equal(2ul, bench.StepReasons("tell", 1)[Reason.NoKeys]);

        Assert.Equal(2, Offer(s_v4));
        bench.AgeAddresses(default);
        bench.Ingress(s_v4.DataAck(false)).Became(s_v4.Packet(false, Wide, First(s_v4)).Build()).WithChecksums();
        bench.Ingress(s_v4.DataAck(false)).Became(s_v4.Packet(false, Second(s_v4), s_nop, s_nop).Build()).WithChecksums();
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Equal((2ul, 1ul), (bench.StepReasons("tell", 1)[Reason.Done], bench.StepReasons("tell", 1)[Reason.AlreadyDone]));
    }

    [Fact]
    public void They_are_not_told_to_who_has_them()
    {
        Begin(s_v4);
        Offer(s_v4);
        bench.Ingress(s_v4.DataAck()).Untouched();
        Assert.False(bench.StepReasons("tell", 1).ContainsKey(Reason.NoKeys));
    }

    [Fact]
    public void The_server_learns_them_when_that_is_asked_for()
    {
        bench.Start(Announce.Replace("to: client", "to: server", StringComparison.Ordinal));
        bench.Prepare(BenchPort.Host, [.. s_v4.Handshake, s_v4.Data(false)]);
        TcpOption option = s_v4.AddAddrOption(s_first, fromClient: true, id: 200);
        Assert.Equal(1, Write(s_v4, Direction.Original, option));
        bench.AgeAddresses(default);
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        bench.Ingress(s_v4.DataAck()).Became(s_v4.Packet(true, Wide, option).Build()).WithChecksums();
    }

    [Fact]
    public void An_echo_that_says_nothing_else_is_swallowed()
    {
        Announced(s_v4);
        byte[] echo = s_v4.Packet(true, MptcpOptions.AddAddrEcho(200, s_first)).Build();
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(echo).Verdict);
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.EchoSwallowed));
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Dropped));
        Assert.Equal([((byte)200, (byte)StoredFlag.Echoed), ((byte)201, (byte)0)], bench.Stored().Select(s => (s.Value.AddressId, s.Value.Flags)).Order());

        // With a port.
        echo = s_v4.Packet(true, MptcpOptions.AddAddrEcho(201, s_second, 5001), s_nop, s_nop).Build();
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(echo).Verdict);
        bench.AgeAddresses(TimeSpan.FromMinutes(1));
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Equal(1ul, bench.StepReasons("tell", 1)[Reason.Echoed]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Beside_a_DSS_only_the_echo_goes(bool partial)
    {
        Conversation conversation = s_v4 with { Partial = partial };
        Announced(conversation);
        TcpOption[] nops = [.. Enumerable.Repeat(s_nop, 8)];
        byte[] echo = conversation.Packet(true, MptcpOptions.AddAddrEcho(200, s_first), Wide).Build();
        bench.Ingress(echo, partial ? BenchPort.Partial : BenchPort.Host)
            .Became(conversation.Packet(true, [.. nops, Wide]).Build())
            .WithChecksums(partial ? ChecksumVerdict.Partial : ChecksumVerdict.Valid);
        Assert.Contains(Reason.EchoSwallowed, bench.PortReasons(partial ? BenchPort.Partial : BenchPort.Host).Keys);
    }

    [Fact]
    public void An_echo_of_another_address_passes()
    {
        Announced(s_v4);
        bench.Ingress(s_v4.Packet(true, MptcpOptions.AddAddrEcho(200, s_second)).Build()).Untouched();
        bench.Ingress(s_v4.Packet(false, MptcpOptions.AddAddrEcho(200, s_first)).Build()).Untouched();
    }

    [Fact]
    public void An_echo_on_data_without_a_DSS_stays()
    {
        Announced(s_v4);
        bench.Ingress(s_v4.Packet(true, MptcpOptions.AddAddrEcho(200, s_first)).WithPayload(1).Build()).Untouched();
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.NoRoom));
    }

    [Fact]
    public void What_was_echoed_under_an_earlier_policy_is_not_announced_again()
    {
        Announced(s_v4);
        bench.Prepare(BenchPort.Host, s_v4.Packet(true, MptcpOptions.AddAddrEcho(200, s_first)).Build());
        bench.Apply(Announce);
        bench.AgeAddresses(TimeSpan.FromMinutes(1));
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Equal(2, Offer(s_v4));
        Assert.Equal(2, bench.Stored().Count);
        bench.AgeAddresses(TimeSpan.FromMinutes(1));
        bench.Ingress(s_v4.DataAck(false)).Became(s_v4.Packet(false, Second(s_v4), s_nop, s_nop).Build()).WithChecksums();
    }

    [Fact]
    public void There_are_eight_places()
    {
        Begin(s_v4);
        TcpOption[] nine = [.. Enumerable.Range(1, 9).Select(i => s_v4.AddAddrOption(IPAddress.Parse($"203.0.113.{i}"), id: (byte)i))];
        Assert.Equal(8, Write(s_v4, Direction.Reply, nine));
        Assert.Equal(8, Write(s_v4, Direction.Reply, nine));
    }

    [Fact]
    public void Another_option_is_no_offer()
    {
        DataPlaneException refused = Assert.Throws<DataPlaneException>(() => Write(s_v4, Direction.Reply, MptcpOptions.RemoveAddr(9)));
        Assert.Equal(DataPlaneErrorKind.InvalidArgument, refused.Kind);
    }

    [Fact]
    public void A_connection_that_is_not_known_gets_none()
    {
        bench.Start(Announce);
        bench.Prepare(BenchPort.Host, s_v4.Syn, s_v4.Data(), s_v4.Data(false));
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Contains(Reason.NoConnection, bench.StepReasons("tell", 1).Keys);
    }

    private static TcpOption First(Conversation conversation) => conversation.AddAddrOption(s_first, id: 200);

    private static TcpOption Second(Conversation conversation) => conversation.AddAddrOption(s_second, 5001, id: 201);

    private void Begin(Conversation conversation)
    {
        bench.Start(Announce);
        bench.Prepare(conversation.Partial ? BenchPort.Partial : BenchPort.Host, [.. conversation.Handshake, conversation.Data()]);
    }

    private void Announced(Conversation conversation)
    {
        Begin(conversation);
        Offer(conversation);
        bench.Prepare(conversation.Partial ? BenchPort.Partial : BenchPort.Host, conversation.DataAck(false));
        Assert.Equal([0, 1], bench.Stored().Select(s => (int)s.Value.Tries).Order());
    }

    private int Offer(Conversation conversation) => Write(conversation, Direction.Reply, First(conversation), Second(conversation));

    private int Write(Conversation conversation, Direction direction, params TcpOption[] options) => AddressOffers.Write(
        bench.Maps["gw_stored"],
        new AddressOffer(conversation.ConnectionId, direction, bench.Applied.Generation, 0, 1, [.. options.Select(o => o.Bytes)]),
        now: 1);
}
