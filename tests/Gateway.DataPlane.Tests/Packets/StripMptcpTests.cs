using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>strip_mptcp: connections that never offer MPTCP to the server.</summary>
[Collection(OnPacketBench.Name)]
public sealed class StripMptcpTests(PacketBench bench)
{
    private const string Strip = """
          - {name: plain, priority: 1, hooks: [ingress, egress], actors: [strip_mptcp]}
        """;

    private static readonly Conversation s_v4 = new();

    private static readonly (string Description, Conversation Conversation, TcpOption Capable, int Payload)[] s_cases =
    [
        ("IPv4", s_v4, MptcpOptions.MpCapable(), 0),
        ("IPv6", Conversation.V6, MptcpOptions.MpCapable(), 0),
        ("a VLAN", s_v4 with { Vlan = 7 }, MptcpOptions.MpCapable(), 0),
        ("no timestamps", s_v4 with { Timestamps = false }, MptcpOptions.MpCapable(), 0),
        ("no window scale", Conversation.V6 with { ClientScale = null, Timestamps = false }, MptcpOptions.MpCapable(), 0),
        ("version 0 with its key", s_v4, MptcpOptions.MpCapable(s_v4.ClientKey, MptcpVersion.V0), 0),
        ("an odd number of payload bytes", s_v4, MptcpOptions.MpCapable(), 7),
    ];

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_offer_goes_and_the_rest_of_the_SYN_stays(string description)
    {
        (byte[] syn, byte[] plain) = Frames(description, partial: false);
        bench.Start(Strip);
        bench.Ingress(syn).Became(plain).WithChecksums();
        Assert.True(((FlowFlag)bench.OnlyFlow().Flags).HasFlag(FlowFlag.Fallback));
        bench.Egress(syn).Became(plain, PacketRun.TcUnspecified).WithChecksums();
        bench.Devmap(syn).Became(plain).WithChecksums();
        Assert.Equal(new() { [Reason.Done] = 3 }, bench.StepReasons("plain"));
        Assert.Equal(3, bench.ReadEvents().Count(e => e is { Type: (byte)EventType.Actor, Op: (byte)Op.StripMptcp, Reason: (byte)Reason.Done }));

        // What left is no offer: nothing to do for a hook behind.
        bench.Egress(plain).Untouched(PacketRun.TcUnspecified);
        Assert.Equal(1ul, bench.StepReasons("plain")[Reason.NotApplicable]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_partial_checksum_stays_one(string description)
    {
        (byte[] syn, byte[] plain) = Frames(description, partial: true);
        bench.Start(Strip);
        bench.Ingress(syn, BenchPort.Partial).Became(plain).WithChecksums(ChecksumVerdict.Partial);
    }

    [Fact]
    public void The_offer_at_an_odd_offset_goes_too()
    {
        bench.Start(Strip);
        byte[] frame = s_v4.Bare(true, TcpFlags.Syn).WithOptions(TcpOption.NoOperation, MptcpOptions.MpCapable(), TcpOption.WindowScale(7)).Build();
        byte[] plain = s_v4.Bare(true, TcpFlags.Syn).WithOptions(TcpOption.Raw(1, 1, 1, 1, 1), TcpOption.WindowScale(7)).Build();
        bench.Ingress(frame).Became(plain).WithChecksums();
    }

    public static TheoryData<string> LeftAlone => [.. s_leftAlone.Select(c => c.Description)];

    private static readonly (string Description, Func<byte[]> Frame)[] s_leftAlone =
    [
        ("an answer that still carries it", () => s_v4.SynAck),
        ("the third ACK", () => s_v4.Ack),
        ("a join", () => s_v4.JoinSyn),
        ("the answer to a join", () => s_v4.JoinSynAck),
        ("data", () => s_v4.Data()),
        ("a plain SYN", () => s_v4.Opening(true).Build()),
    ];

    [Theory]
    [MemberData(nameof(LeftAlone))]
    public void The_rest_is_left_alone(string description)
    {
        byte[] frame = s_leftAlone.Single(c => c.Description == description).Frame();
        bench.Start(Strip);
        bench.Prepare(BenchPort.WireFar, s_v4.Opening(true).Build());
        ulong before = bench.StepReasons("plain").GetValueOrDefault(Reason.NotApplicable);
        bench.Ingress(frame).Untouched();
        Assert.Equal(before + 1, bench.StepReasons("plain")[Reason.NotApplicable]);
        Assert.DoesNotContain(Reason.Done, bench.StepReasons("plain").Keys);
    }

    [Fact]
    public void An_unknown_checksum_is_not_edited()
    {
        bench.Start(Strip);
        bench.Ingress(s_v4.Syn, BenchPort.Unknown).Untouched();
        Assert.Equal(new() { [Reason.CsumUnknown] = 1 }, bench.StepReasons("plain"));
        Assert.False(((FlowFlag)bench.OnlyFlow().Flags).HasFlag(FlowFlag.Fallback));
    }

    [Fact]
    public void The_connection_is_a_plain_one_from_its_start()
    {
        bench.Start("""
              - {name: plain, priority: 2, select: {packet_type: syn}, actors: [strip_mptcp]}
              - {name: rest, priority: 1, actors: [{set_backup: on}]}
            """);
        bench.Prepare(BenchPort.Host, s_v4.Syn, s_v4.Syn, s_v4.Opening(false).Build());
        byte[] data = s_v4.Packet(true).WithPayload(1, 2, 3).Build();
        bench.Ingress(data).Untouched();
        Assert.Equal(new() { [Reason.Done] = 2 }, bench.StepReasons("plain"));
        Assert.Equal(new() { [Reason.NotMptcp] = 2 }, bench.StepReasons("rest"));
        Assert.Empty(bench.Connections());
        Assert.Empty(bench.Tokens());
        Assert.Contains(bench.ReadEvents(), e => e.Type == (byte)EventType.Fallback);
    }

    private static (byte[] Syn, byte[] Plain) Frames(string description, bool partial)
    {
        (_, Conversation conversation, TcpOption capable, int payload) = s_cases.Single(c => c.Description == description);
        conversation = conversation with { Partial = partial };
        return (
            conversation.Opening(true, capable).WithPayload(Conversation.Payload(payload)).Build(),
            conversation.Opening(true, TcpOption.Raw([.. Enumerable.Repeat((byte)1, capable.Length)])).WithPayload(Conversation.Payload(payload)).Build());
    }
}
