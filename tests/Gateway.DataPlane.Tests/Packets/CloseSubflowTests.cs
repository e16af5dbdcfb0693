using System.Net;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>close_subflow: RST with MP_TCPRST toward both ends, in place of packets that were there.</summary>
[Collection(OnPacketBench.Name)]
public sealed class CloseSubflowTests(PacketBench bench)
{
    private const string Close = """
          - {name: close, priority: 1, hooks: [ingress, egress], actors: [close_subflow]}
        """;

    /// <summary>Data packets that wait for the other direction's acknowledgments (GW_CLOSE_WAITS).</summary>
    private const int Waits = 64;

    private const byte Prohibited = 3;

    private static readonly Conversation s_v4 = new();

    private static readonly (string Description, Conversation Conversation, Func<Conversation, PacketBuilder> Frame, Func<Conversation, PacketBuilder> Reset)[] s_cases =
    [
        ("IPv4", s_v4, c => c.Packet(true, MptcpOptions.Dss(7)), c => c.Packet(true, Rst(), Nops(8))),
        ("IPv6", Conversation.V6, c => c.Packet(true, MptcpOptions.Dss(7)), c => c.Packet(true, Rst(), Nops(8))),
        ("a VLAN", s_v4 with { Vlan = 9 }, c => c.Packet(true, MptcpOptions.Dss(7)), c => c.Packet(true, Rst(), Nops(8))),
        ("a short DATA_ACK", s_v4, c => c.Packet(true, MptcpOptions.Dss(7, true)), c => c.Packet(true, Rst(), Nops(4))),
        ("no timestamps", s_v4 with { Timestamps = false }, c => c.Packet(true, MptcpOptions.Dss(7)), c => c.Packet(true, Rst(), Nops(8))),
        ("SACK blocks", s_v4, c => c.Packet(true, Nops(2), TcpOption.Sack((1u, 2u)), MptcpOptions.Dss(7)), c => c.Packet(true, Nops(2), TcpOption.Sack((1u, 2u)), Rst(), Nops(8))),
        ("MP_PRIO before the DSS", s_v4, c => c.Packet(true, MptcpOptions.MpPrio(true), MptcpOptions.Dss(7)), c => c.Packet(true, Nops(3), Rst(), Nops(8))),
        ("an address beside it", s_v4 with { Timestamps = false }, c => c.Packet(true, MptcpOptions.Dss(7), c.AddAddrOption(IPAddress.Parse("203.0.113.9"))), c => c.Packet(true, Rst(), Nops(8 + 16))),
        ("an urgent push", s_v4, c => c.Packet(true, MptcpOptions.Dss(7)).WithFlags(TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Ece), c => c.Packet(true, Rst(), Nops(8))),
        ("link-layer padding", s_v4 with { Timestamps = false }, c => c.Packet(true, MptcpOptions.Dss(7)).WithTrailingPadding(6), c => c.Packet(true, Rst(), Nops(8)).WithTrailingPadding(6)),
    ];

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_acknowledgment_becomes_a_reset_of_the_same_length(string description)
    {
        (byte[] frame, byte[] reset) = Frames(description, partial: false);
        foreach (Func<byte[], PacketRun> run in (Func<byte[], PacketRun>[])
            [f => bench.Ingress(f).Became(reset), f => bench.Egress(f).Became(reset, PacketRun.TcUnspecified), f => bench.Devmap(f).Became(reset)])
        {
            Start(s_cases.Single(c => c.Description == description).Conversation);
            run(frame).WithChecksums();
            Assert.Equal(1ul, bench.StepReasons("close")[Reason.Done]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_partial_checksum_stays_one(string description)
    {
        (byte[] frame, byte[] reset) = Frames(description, partial: true);
        Start(s_cases.Single(c => c.Description == description).Conversation);
        bench.Ingress(frame, BenchPort.Partial).Became(reset).WithChecksums(ChecksumVerdict.Partial);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1)]
    [InlineData(1347)]
    public void Data_becomes_one_when_the_other_direction_has(int bytes)
    {
        Start(s_v4);
        byte[] data = s_v4.Data(fromClient: false, bytes);
        bench.Ingress(data).Untouched();
        Assert.Equal(1ul, bench.StepReasons("close")[Reason.NotApplicable]);
        bench.Ingress(s_v4.DataAck(fromClient: true));
        byte[] reset = s_v4.Packet(false, Rst(), Nops(22 + 2)).WithFlags(TcpFlags.Rst | TcpFlags.Ack).WithPayload(Conversation.Payload(bytes)).Build();
        bench.Ingress(data).Became(reset).WithChecksums();

        Flow flow = bench.Flows().Single();
        Assert.True(((FlowFlag)flow.Flags).HasFlag(FlowFlag.Rst));
        Assert.Equal(0u, Assert.Single(bench.Connections()).Value.Live);
        IReadOnlyList<Event> events = bench.ReadEvents();
        Assert.Equal(2, events.Count(e => e is { Type: (byte)EventType.Actor, Op: (byte)Op.CloseSubflow, Reason: (byte)Reason.Done }));
        Assert.Single(events, e => e.Type == (byte)EventType.Rst);
    }

    [Fact]
    public void Data_alone_becomes_one_after_a_while()
    {
        Start(s_v4);
        byte[] data = s_v4.Data(fromClient: false);
        for (int i = 0; i < Waits; i++)
        {
            bench.Ingress(data).Untouched();
        }

        Assert.NotEqual(data, bench.Ingress(data).WithChecksums().Output);
    }

    [Theory]
    [InlineData("unspecified", 0)]
    [InlineData("middlebox", 6)]
    public void The_reason_is_said(string name, byte reason)
    {
        Start(s_v4, Close.Replace("close_subflow]", $"{{close_subflow: {{reason: {name}}}}}]", StringComparison.Ordinal));
        bench.Ingress(s_v4.DataAck()).Became(Reset(s_v4.Packet(true, Rst(reason), Nops(8)))).WithChecksums();
    }

    [Fact]
    public void It_is_said_again_only_to_a_subflow_that_lives_on_and_not_for_ever()
    {
        Start(s_v4);
        byte[] frame = s_v4.DataAck();
        for (int i = 0; i < 8; i++)
        {
            Assert.NotEqual(frame, bench.Ingress(frame).Output);
            bench.Ingress(frame).Untouched();
            bench.ChangeFlows((ref Flow flow) =>
            {
                flow.Dir[0].CloseJiffies -= 60;
                flow.Dir[1].CloseJiffies -= 60;
            });
        }

        bench.Ingress(frame).Untouched();
        Dictionary<Reason, ulong> reasons = bench.StepReasons("close");
        Assert.Equal((8ul, 8ul, 1ul), (reasons[Reason.Done], reasons[Reason.AlreadyDone], reasons[Reason.GaveUp]));
    }

    [Fact]
    public void A_subflow_that_a_host_reset_is_left_alone()
    {
        Start(s_v4);
        bench.Ingress(s_v4.Bare(false, TcpFlags.Rst | TcpFlags.Ack).Build()).Untouched();
        bench.Ingress(s_v4.DataAck()).Untouched();
        Assert.Equal(1ul, bench.StepReasons("close")[Reason.AlreadyDone]);
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 0)]
    [InlineData(false, true, 0)]
    [InlineData(true, true, 0)]
    [InlineData(false, false, 6)]
    [InlineData(false, false, 4)]
    public void The_answer_of_a_closed_end_tells_the_other(bool v6, bool partial, int padding)
    {
        Conversation conversation = v6 ? Conversation.V6 : s_v4;
        Start(conversation);
        bench.Ingress(conversation.DataAck(fromClient: true));
        conversation = conversation with { Partial = partial };
        byte[] plain = conversation.Bare(false, TcpFlags.Rst).WithTrailingPadding(padding).Build();
        byte[] told = conversation.Bare(false, TcpFlags.Rst).WithOptions(Rst()).WithTrailingPadding(padding < 4 ? padding : padding - 4).Build();
        BenchPort port = partial ? BenchPort.Partial : BenchPort.Host;
        for (int i = 0; i < 2; i++)
        {
            bench.Ingress(plain, port).Became(told).WithChecksums(partial ? ChecksumVerdict.Partial : ChecksumVerdict.Valid);
        }

        bench.Ingress(told, port).Untouched();
        Assert.Equal(new() { [Reason.Done] = 3, [Reason.Handshake] = 4 }, bench.StepReasons("close"));

        // A test run at TC has no sums left to make.
        if (!partial)
        {
            bench.Egress(plain).Became(told, PacketRun.TcUnspecified).WithChecksums();
        }
    }

    public static TheoryData<string> LeftAlone => [.. s_leftAlone.Select(c => c.Description)];

    private static readonly (string Description, Reason Reason, Func<byte[]> Frame)[] s_leftAlone =
    [
        ("a SYN", Reason.Handshake, () => s_v4.JoinSyn),
        ("a SYN/ACK", Reason.Handshake, () => s_v4.JoinSynAck),
        ("the third ACK", Reason.Handshake, () => s_v4.Ack),
        ("a join's third ACK", Reason.Handshake, () => s_v4.JoinAck),
        ("a FIN", Reason.Handshake, () => s_v4.Packet(true, MptcpOptions.Dss(7)).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build()),
        ("a RST", Reason.Handshake, () => s_v4.Bare(true, TcpFlags.Rst | TcpFlags.Ack).Build()),
        ("an address that stands alone", Reason.NotApplicable, () => s_v4.AddAddr(IPAddress.Parse("203.0.113.9"))),
        ("an acknowledgment without DSS", Reason.NotApplicable, () => s_v4.Packet(true).Build()),
    ];

    [Theory]
    [MemberData(nameof(LeftAlone))]
    public void The_rest_is_left_alone(string description)
    {
        (_, Reason reason, Func<byte[]> make) = s_leftAlone.Single(c => c.Description == description);
        Start(s_v4);
        ulong before = bench.StepReasons("close").GetValueOrDefault(reason);
        bench.Ingress(make()).Untouched();
        Assert.Equal(before + 1, bench.StepReasons("close")[reason]);
    }

    [Fact]
    public void A_plain_subflow_and_one_that_fell_back_are_left_alone()
    {
        bench.Start(Close);
        bench.Ingress(s_v4.Packet(true).WithPayload(1).Build()).Untouched();
        bench.Ingress(s_v4.Syn).Untouched();
        bench.Ingress(s_v4.Opening(false).Build()).Untouched();
        bench.Ingress(s_v4.DataAck()).Untouched();
        Dictionary<Reason, ulong> reasons = bench.StepReasons("close");
        Assert.Equal((1ul + 1, false), (reasons[Reason.NotMptcp] - 1, reasons.ContainsKey(Reason.Done)));
    }

    [Fact]
    public void An_unknown_checksum_is_not_edited()
    {
        Start(s_v4);
        bench.Ingress(s_v4.DataAck(), BenchPort.Unknown).Untouched();
        Assert.Equal(1ul, bench.StepReasons("close")[Reason.CsumUnknown]);
    }

    [Fact]
    public void A_packet_that_closes_carries_no_MP_PRIO()
    {
        Start(s_v4, Close.Replace("[close_subflow]", "[{set_backup: on}, close_subflow, {rate_limit: {rate: 20Mbit/s}}]", StringComparison.Ordinal));
        bench.Ingress(s_v4.DataAck()).Became(Reset(s_v4.Packet(true, Rst(), Nops(8)))).WithChecksums();
        Assert.Equal(1ul, bench.StepReasons("close", 0)[Reason.Conflict]);
        Assert.Equal(1ul, bench.StepReasons("close", 1)[Reason.Done]);
    }

    private void Start(Conversation conversation, string chains = Close)
    {
        bench.Start(chains);
        bench.Prepare(BenchPort.WireFar, conversation.Handshake);
    }

    private static (byte[] Frame, byte[] Reset) Frames(string description, bool partial)
    {
        (_, Conversation conversation, Func<Conversation, PacketBuilder> frame, Func<Conversation, PacketBuilder> reset) = s_cases.Single(c => c.Description == description);
        conversation = conversation with { Partial = partial };
        return (frame(conversation).Build(), Reset(reset(conversation)));
    }

    private static byte[] Reset(PacketBuilder builder) => builder.WithFlags(TcpFlags.Rst | TcpFlags.Ack).Build();

    private static TcpOption Rst(byte reason = Prohibited) => TcpOption.Raw(30, 4, 0x80, reason);

    private static TcpOption Nops(int count) => TcpOption.Raw([.. Enumerable.Repeat((byte)1, count)]);
}
