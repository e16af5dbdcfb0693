using System.Net;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>add_subflow: addresses given back and announced, until they are echoed.</summary>
[Collection(OnPacketBench.Name)]
public sealed class AddSubflowTests(PacketBench bench)
{
    private const string Policy = """
          - {name: hide, priority: 2, select: {packet_type: [add_addr4, add_addr6]}, hooks: [ingress, egress], actors: [blk_subflow]}
          - {name: give, priority: 1, hooks: [ingress, egress], actors: [add_subflow]}
        """;

    private static readonly IPAddress s_address4 = IPAddress.Parse("203.0.113.9");
    private static readonly IPAddress s_address6 = IPAddress.Parse("2001:db8:77::9");
    private static readonly Conversation s_v4 = new();
    private static readonly Conversation s_unstamped = new() { Timestamps = false };
    private static readonly Conversation s_old = new() { Version = MptcpVersion.V0 };
    private static readonly TcpOption s_nop = TcpOption.NoOperation;

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    private static readonly Case[] s_cases =
    [
        new("IPv4 beside the DSS", s_v4, s_address4, null, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a)),
        new("IPv4 behind a 4-byte DATA_ACK", s_v4, s_address4, null, c => c.DataAck(false, wideAck: false), (c, a) => c.Packet(false, Narrow, a)),
        new("IPv4 with a port, alone with the timestamps", s_v4, s_address4, 5001, c => c.DataAck(false), (c, a) => c.Packet(false, a, s_nop, s_nop)),
        new("IPv6, alone with the timestamps", s_v4, s_address6, null, c => c.DataAck(false), (c, a) => c.Packet(false, a)),
        new("IPv6 with a port, without the timestamps", s_v4, s_address6, 5001, c => c.DataAck(false), (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, s_nop, s_nop)),
        new("IPv4 without timestamps", s_unstamped, s_address4, null, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a)),
        new("IPv4 with a port without timestamps", s_unstamped, s_address4, 5001, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a, s_nop, s_nop)),
        new("IPv6 without timestamps", s_unstamped, s_address6, null, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a)),
        new("IPv6 with a port without timestamps", s_unstamped, s_address6, 5001, c => c.DataAck(false), (c, a) => c.Packet(false, a, s_nop, s_nop)),
        new("IPv4 over IPv6", Conversation.V6, s_address4, null, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a)),
        new("IPv6 over IPv6", Conversation.V6, s_address6, null, c => c.DataAck(false), (c, a) => c.Packet(false, a)),
        new("v0", s_old, s_address4, null, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a)),
        new("v0 with a port", s_old, s_address4, 80, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a, s_nop, s_nop)),
        new("v0 IPv6", s_old, s_address6, null, c => c.DataAck(false), (c, a) => c.Packet(false, a)),
        new("behind a VLAN tag", s_v4 with { Vlan = 7 }, s_address4, null, c => c.DataAck(false), (c, a) => c.Packet(false, Wide, a)),
        new("an ACK with SACK gives it up", s_v4, s_address4, null, c => c.Packet(false, s_nop, s_nop, Sack, Wide).Build(), (c, a) => c.Packet(false, a, s_nop, s_nop, s_nop, s_nop, s_nop, s_nop, s_nop, s_nop)),
        new("a list cut short by EOL is laid out anew", s_unstamped, s_address4, null, c => c.Packet(false, Narrow, TcpOption.EndOfList).Build(), (c, a) => c.Packet(false, a)),
        new("beside data in place of the timestamps", s_v4, s_address4, null, c => c.Data(false), (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, Map(100), s_nop, s_nop).WithPayload(Conversation.Payload(100))),
        new("beside data of odd length", s_v4, s_address4, null, c => c.Data(false, 33), (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, Map(33), s_nop, s_nop).WithPayload(Conversation.Payload(33))),
        new("with a port beside data", s_v4, s_address4, 5001, c => c.Data(false), (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, Map(100)).WithPayload(Conversation.Payload(100))),
        new("with a port beside data over IPv6", Conversation.V6, s_address4, 5001, c => c.Data(false, 33), (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, Map(33)).WithPayload(Conversation.Payload(33))),
        new("beside data over IPv6", Conversation.V6, s_address4, null, c => c.Data(false), (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, Map(100), s_nop, s_nop).WithPayload(Conversation.Payload(100))),
        new(
            "beside data with a DSS checksum", s_v4, s_address4, null,
            c => c.Packet(false, MptcpOptions.Dss(0x8000000011223344, mapping: (1, 2, 3), checksum: 4)).WithPayload(1, 2, 3).Build(),
            (c, a) => c.Bare(false, TcpFlags.Ack).WithOptions(a, MptcpOptions.Dss(0x11223344, true, (1, 2, 3), checksum: 4)).WithPayload(1, 2, 3)),
    ];

    private static TcpOption Wide => MptcpOptions.Dss(0x8000000011223344);

    private static TcpOption Narrow => MptcpOptions.Dss(0x8000000011223344, true);

    private static TcpOption Sack => TcpOption.Raw(5, 10, 0, 0, 0, 1, 0, 0, 0, 2);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hidden_address_is_given_back(string description)
    {
        Case given = s_cases.Single(c => c.Description == description);
        HideFor(given, BenchPort.WireFar);
        bench.Ingress(given.Frame(given.Conversation), BenchPort.WireFar)
            .Became(given.Expected(), PacketRun.XdpRedirect).WithChecksums();
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("give"));
        StoredOption stored = Assert.Single(bench.Stored()).Value;
        Assert.Equal((1, 0), (stored.Tries, stored.Flags));
        Event told = Assert.Single(bench.ReadEvents(), e => e.Type == (byte)EventType.Actor && e.Op == (byte)Op.AddSubflow);
        Assert.Equal((byte)Reason.Done, told.Reason);

        // Not again at once.
        bench.Ingress(given.Frame(given.Conversation), BenchPort.WireFar).Untouched(PacketRun.XdpRedirect);
        Assert.Equal(1ul, bench.StepReasons("give")[Reason.AlreadyDone]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_given_back_at_TC_egress(string description)
    {
        Case given = s_cases.Single(c => c.Description == description);
        HideFor(given, BenchPort.Host);
        bench.Egress(given.Frame(given.Conversation)).Became(given.Expected(), PacketRun.TcUnspecified).WithChecksums();
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("give"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_given_back_at_devmap_egress(string description)
    {
        Case given = s_cases.Single(c => c.Description == description);
        HideFor(given, BenchPort.WireFar);
        bench.Devmap(given.Frame(given.Conversation)).Became(given.Expected()).WithChecksums();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_partial_checksum_stays_one(string description)
    {
        Case listed = s_cases.Single(c => c.Description == description);
        Case given = listed with { Conversation = listed.Conversation with { Partial = true } };
        HideFor(given, BenchPort.Partial);
        bench.Ingress(given.Frame(given.Conversation), BenchPort.Partial).Became(given.Expected()).WithChecksums(ChecksumVerdict.Partial);
    }

    public static TheoryData<string> LeftAlone => [.. s_leftAlone.Select(c => c.Description)];

    private static readonly (string Description, Reason Reason, Func<byte[]> Frame)[] s_leftAlone =
    [
        ("the other direction", Reason.NothingStored, () => s_v4.DataAck()),
        ("data without room", Reason.NoRoom, () => s_v4.Data(false, wideAck: false)),
        ("data without timestamps", Reason.NotApplicable, () => s_unstamped.Data(false)),
        ("a FIN", Reason.Handshake, () => s_v4.Packet(false, Wide).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build()),
        ("a RST", Reason.Handshake, () => s_v4.Packet(false, Wide).WithFlags(TcpFlags.Rst | TcpFlags.Ack).Build()),
        ("an ACK with an MP_PRIO", Reason.NotApplicable, () => s_v4.Packet(false, Wide, MptcpOptions.MpPrio(true), s_nop).Build()),
        ("an ACK with an echo", Reason.NotApplicable, () => s_v4.Packet(false, MptcpOptions.AddAddrEcho(10, s_address4)).Build()),
        ("an ACK with link padding", Reason.NoRoom, () => s_v4.Packet(false, Wide).WithTrailingPadding(6).Build()),
        ("a DATA_FIN that fills the options", Reason.NoRoom, () => s_v4.Packet(false, MptcpOptions.Dss(1, mapping: (1, 0, 1)), s_nop, s_nop).Build()),
    ];

    [Theory]
    [MemberData(nameof(LeftAlone))]
    public void The_rest_is_left_alone(string description)
    {
        (_, Reason reason, Func<byte[]> make) = s_leftAlone.Single(c => c.Description == description);
        HideFor(s_cases[0], BenchPort.Host);
        bench.Ingress(make()).Untouched();
        Assert.Equal(new() { [reason] = 1 }, bench.StepReasons("give"));
        Assert.Equal(0, Assert.Single(bench.Stored()).Value.Tries);
    }

    [Fact]
    public void Nothing_stored_is_nothing_to_give()
    {
        bench.Start(Policy);
        bench.Prepare(BenchPort.Host, [.. s_v4.Handshake, s_v4.Data()]);
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Equal(2ul, bench.StepReasons("give")[Reason.NothingStored]);
    }

    [Fact]
    public void Plain_TCP_gets_no_address()
    {
        bench.Start(Policy);
        bench.Ingress(s_v4.Bare(false, TcpFlags.Ack).Build()).Untouched();
        Assert.Equal(new() { [Reason.NotMptcp] = 1 }, bench.StepReasons("give"));
    }

    [Fact]
    public void Unknown_checksums_are_not_edited()
    {
        HideFor(s_cases[0], BenchPort.Host);
        bench.Ingress(s_v4.DataAck(false), BenchPort.Unknown).Untouched();
        Assert.Equal(new() { [Reason.CsumUnknown] = 1 }, bench.StepReasons("give"));
    }

    [Fact]
    public void It_is_sent_five_times_at_doubling_intervals_and_given_up()
    {
        HideFor(s_cases[0], BenchPort.Host);
        byte[] frame = s_v4.DataAck(false), given = s_cases[0].Expected();
        bench.Ingress(frame).Became(given);
        foreach (double seconds in (double[])[1, 2, 4, 8])
        {
            bench.AgeAddresses(TimeSpan.FromSeconds(seconds / 2));
            bench.Ingress(frame).Untouched();
            bench.AgeAddresses(TimeSpan.FromSeconds(seconds / 2));
            bench.Ingress(frame).Became(given).WithChecksums();
        }

        bench.AgeAddresses(TimeSpan.FromSeconds(8));
        bench.Ingress(frame).Untouched();
        Assert.False(bench.StepReasons("give").ContainsKey(Reason.GaveUp));
        bench.AgeAddresses(TimeSpan.FromSeconds(8));
        bench.Ingress(frame).Untouched();
        Assert.Equal((5ul, 1ul), (bench.StepReasons("give")[Reason.Done], bench.StepReasons("give")[Reason.GaveUp]));
        Assert.Equal((byte)StoredFlag.GaveUp, Assert.Single(bench.Stored()).Value.Flags);
    }

    [Fact]
    public void An_echo_ends_it_and_passes_to_who_announced()
    {
        HideFor(s_cases[0], BenchPort.Host);
        bench.Ingress(s_v4.DataAck(false)).Became(s_cases[0].Expected());

        // Somebody else's identifier is no answer.
        bench.Ingress(s_v4.Packet(true, MptcpOptions.AddAddrEcho(10, s_address4)).Build()).Untouched();
        Assert.Equal(0, Assert.Single(bench.Stored()).Value.Flags);
        bench.Ingress(s_v4.Packet(true, MptcpOptions.AddAddrEcho(9, s_address4)).Build()).Untouched();
        Assert.Equal((byte)StoredFlag.Echoed, Assert.Single(bench.Stored()).Value.Flags);
        bench.AgeAddresses(TimeSpan.FromSeconds(60));
        bench.Ingress(s_v4.DataAck(false)).Untouched();
        Assert.Equal(1ul, bench.StepReasons("give")[Reason.Echoed]);
    }

    [Fact]
    public void Several_are_given_back_one_after_the_other()
    {
        bench.Start(Policy);
        bench.Prepare(BenchPort.WireFar, [.. s_v4.Handshake, s_v4.Data(), s_v4.AddAddr(s_address4, id: 1), s_v4.AddAddr(s_address4, id: 2), s_v4.AddAddr(s_address4, id: 1)]);
        Assert.Equal([0, 1], bench.Stored().Select(s => (int)s.Key.Slot).Order());
        Settle();
        foreach (byte id in (byte[])[1, 2])
        {
            bench.Ingress(s_v4.DataAck(false)).Became(s_v4.Packet(false, Wide, s_v4.AddAddrOption(s_address4, id: id)).Build()).WithChecksums();
        }
    }

    [Fact]
    public void A_ninth_address_is_hidden_but_not_kept()
    {
        bench.Start(Policy);
        bench.Prepare(BenchPort.WireFar, [.. s_v4.Handshake, s_v4.Data()]);
        for (byte id = 1; id <= 9; id++)
        {
            Assert.NotEqual(s_v4.AddAddr(s_address4, id: id), bench.Ingress(s_v4.AddAddr(s_address4, id: id)).Output);
        }

        Assert.Equal(8, bench.Stored().Count);
        Assert.Equal(1ul, bench.StepReasons("hide")[Reason.StoreFull]);
    }

    [Fact]
    public void Another_address_by_the_same_identifier_takes_the_place()
    {
        bench.Start(Policy);
        bench.Prepare(BenchPort.WireFar, [.. s_v4.Handshake, s_v4.Data(), s_v4.AddAddr(s_address4), s_v4.AddAddr(IPAddress.Parse("203.0.113.77"))]);
        StoredOption stored = Assert.Single(bench.Stored()).Value;
        ReadOnlySpan<byte> kept = stored.Option;
        Assert.Equal(77, kept[7]);
    }

    [Fact]
    public void A_subflow_that_joined_carries_the_connections_addresses_too()
    {
        HideFor(s_cases[0], BenchPort.Host);
        Conversation join = s_v4 with { ClientPort = 40001 };
        bench.Prepare(BenchPort.Host, [.. join.JoinHandshake, join.Data()]);
        bench.Ingress(join.DataAck(false)).Became(join.Packet(false, Wide, s_v4.AddAddrOption(s_address4)).Build()).WithChecksums();
    }

    [Fact]
    public void An_untied_flow_gets_its_own_back()
    {
        bench.Start(Policy);
        bench.Prepare(BenchPort.WireFar, [s_v4.Data(false), s_v4.AddAddr(s_address4)]);
        Settle();
        Conversation other = s_v4 with { ClientPort = 40001 };
        bench.Ingress(other.DataAck(false)).Untouched();
        bench.Ingress(s_v4.DataAck()).Untouched();
        bench.Ingress(s_v4.DataAck(false)).Became(s_cases[0].Expected()).WithChecksums();
    }

    private void HideFor(Case given, BenchPort port)
    {
        bench.Start(Policy);
        bench.Prepare(port, given.Conversation.Handshake);
        bench.Prepare(port, given.Conversation.Data());
        TcpOption option = given.Option;
        int nops = option.Bytes.Length % 4 == 2 ? 2 : 0;
        byte[] announced = (given.Conversation with { Timestamps = option.Bytes.Length + nops <= 28 })
            .Packet(false, [option, .. Enumerable.Repeat(s_nop, nops)]).Build();
        bench.Prepare(port, announced);
        Assert.Single(bench.Stored());
        Settle();
    }

    /// <summary>Only what comes now counts.</summary>
    private void Settle()
    {
        bench.ReadEvents();
        bench.ZeroCounters();
        bench.AgeAddresses(default);
    }

    private sealed record Case(
        string Description, Conversation Conversation, IPAddress Address, ushort? Port,
        Func<Conversation, byte[]> Frame, Func<Conversation, TcpOption, PacketBuilder> Becomes)
    {
        public TcpOption Option => Conversation.AddAddrOption(Address, Port);

        public byte[] Expected() => Becomes(Conversation, Option).Build();
    }

    private static TcpOption Map(int bytes) => MptcpOptions.Dss(0x11223344, true, (0x9000000000000001, 1, (ushort)bytes));
}
