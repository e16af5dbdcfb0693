using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests;

/// <summary>The example hide_timestamps: handshakes without the option of RFC 7323, and nothing else changed.</summary>
public sealed class HideTimestampsTests : IClassFixture<PacketBench>
{
    /// <summary>Content that reads as a timestamps option wherever one looks.</summary>
    private const uint Lookalike = 0x080a080a;

    private static readonly Conversation s_v4 = new(), s_v6 = Conversation.V6;

    private static readonly TcpOption s_stamp = TcpOption.Timestamps(Lookalike, 0), s_nothing = TcpOption.Raw([.. Enumerable.Repeat((byte)1, 10)]);

    private static readonly TcpOption s_version0 = MptcpOptions.MpCapable(new MptcpKey(((ulong)Lookalike << 32) | Lookalike), MptcpVersion.V0);

    private static readonly (string What, Func<TcpOption, PacketBuilder> Frame)[] s_openings =
    [
        ("a SYN", stamp => Opening(s_v4, true, stamp, MptcpOptions.MpCapable())),
        ("a SYN, IPv6", stamp => Opening(s_v6, true, stamp, MptcpOptions.MpCapable())),
        ("a SYN/ACK", stamp => Opening(s_v4, false, stamp, MptcpOptions.MpCapable(s_v4.ServerKey))),
        ("a SYN/ACK, IPv6", stamp => Opening(s_v6, false, stamp, MptcpOptions.MpCapable(s_v6.ServerKey))),
        ("a join", stamp => Opening(s_v4, true, stamp, MptcpOptions.MpJoinSyn(Lookalike, Lookalike))),
        ("an answer to a join, all 40 bytes in use", stamp => Opening(s_v6, false, stamp, MptcpOptions.MpJoinSynAck(Lookalike, Lookalike), TcpOption.NoOperation, TcpOption.NoOperation, TcpOption.NoOperation, TcpOption.NoOperation)),
        ("plain TCP", stamp => Opening(s_v4, true, stamp)),
        ("a VLAN and payload", stamp => Opening(s_v4 with { Vlan = 7 }, true, stamp, MptcpOptions.MpCapable()).WithPayload(Conversation.Payload(7))),
        ("an odd place", stamp => s_v4.Bare(true, TcpFlags.Syn).WithOptions(TcpOption.NoOperation, stamp, TcpOption.NoOperation)),
        ("two of them", stamp => s_v4.Bare(true, TcpFlags.Syn).WithOptions(stamp, TcpOption.MaximumSegmentSize(1460), stamp)),
        ("between MPTCP options, all 40 bytes in use", stamp => s_v6.Bare(true, TcpFlags.Syn).WithOptions(
            TcpOption.MaximumSegmentSize(1460), TcpOption.SackPermitted, s_version0, stamp, MptcpOptions.MpJoinSyn(Lookalike, Lookalike))),
    ];

    private static readonly (string What, Func<byte[]> Frame)[] s_leftAlone =
    [
        ("a SYN without timestamps", () => (s_v4 with { Timestamps = false }).Syn),
        ("a SYN/ACK without timestamps", () => (s_v6 with { Timestamps = false }).SynAck),
        ("a SYN without options", () => s_v4.Bare(true, TcpFlags.Syn).Build()),
        ("40 bytes of MPTCP", () => s_v4.Bare(true, TcpFlags.Syn).WithOptions(
            s_version0, MptcpOptions.MpJoinSyn(Lookalike, Lookalike), TcpOption.Raw(30, 16, 0xf0, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8)).Build()),
        ("timestamps of another length", () => s_v4.Bare(true, TcpFlags.Syn).WithOptions(TcpOption.Raw(8, 6, 8, 10, 8, 10)).Build()),
        ("behind the end of the list", () => s_v4.Bare(true, TcpFlags.Syn).WithOptions(TcpOption.EndOfList, s_stamp, TcpOption.NoOperation).Build()),
        ("the third ACK", () => s_v4.Ack),
        ("data", () => s_v4.Data()),
        ("data of the responder", () => s_v6.Data(fromClient: false)),
        ("a pure ACK", () => s_v6.DataAck()),
        ("a RST", () => s_v4.Bare(true, TcpFlags.Rst | TcpFlags.Ack).WithOptions(s_stamp).Build()),
    ];

    private readonly PacketBench _bench;

    public HideTimestampsTests(PacketBench bench)
    {
        _bench = bench;
        if (bench.Operators.Count == 0)
        {
            bench.LoadOperator("hide_timestamps");
        }
    }

    public static TheoryData<string> Openings => [.. s_openings.Select(c => c.What)];

    public static TheoryData<string> LeftAlone => [.. s_leftAlone.Select(c => c.What)];

    [Theory]
    [MemberData(nameof(Openings))]
    public void The_option_goes_and_the_rest_of_the_handshake_stays(string what)
    {
        Func<TcpOption, PacketBuilder> frame = s_openings.Single(c => c.What == what).Frame;
        byte[] before = frame(s_stamp).Build(), after = frame(s_nothing).Build();
        Start();
        _bench.Ingress(before).Became(after).WithChecksums();
        _bench.Egress(before).Became(after, PacketRun.TcUnspecified).WithChecksums();
        _bench.Ingress(frame(s_stamp).WithPartialChecksum().Build(), BenchPort.Partial)
            .Became(frame(s_nothing).WithPartialChecksum().Build()).WithChecksums(ChecksumVerdict.Partial);
        Assert.Equal(new() { [Reason.Done] = 3 }, _bench.StepReasons("hide"));

        _bench.Ingress(before, BenchPort.Unknown).Untouched();
        Assert.Equal(1ul, _bench.StepReasons("hide")[Reason.CsumUnknown]);
    }

    [Theory]
    [MemberData(nameof(LeftAlone))]
    public void The_rest_is_left_alone(string what)
    {
        byte[] frame = s_leftAlone.Single(c => c.What == what).Frame();
        Start();
        _bench.Ingress(frame).Untouched().WithChecksums();
        _bench.Egress(frame).Untouched(PacketRun.TcUnspecified);
        Assert.Equal(new() { [Reason.NotApplicable] = 2 }, _bench.StepReasons("hide"));
    }

    [Fact]
    public void Of_the_initiator_only_when_asked()
    {
        Start(", args: [1]");
        _bench.Ingress(s_v4.SynAck).Untouched();
        Assert.Equal(new() { [Reason.NotApplicable] = 1 }, _bench.StepReasons("hide"));
        Func<TcpOption, PacketBuilder> syn = s_openings[0].Frame;
        _bench.Ingress(syn(s_stamp).Build()).Became(syn(s_nothing).Build()).WithChecksums();
        Assert.Equal(new() { [Reason.NotApplicable] = 1, [Reason.Done] = 1 }, _bench.StepReasons("hide"));
    }

    [Fact]
    public void Options_past_the_header_never_reach_it()
    {
        Start();
        _bench.Ingress(s_v4.Bare(true, TcpFlags.Syn).WithOptions(s_stamp, TcpOption.Raw(8, 10)).Build()).Untouched();
        Assert.Empty(_bench.StepReasons("hide"));
        Assert.Equal(1ul, _bench.PortCount(BenchPort.Host, Reason.MalformedOptions));
    }

    private void Start(string args = "") => _bench.Start(
        $"  - {{name: hide, priority: 1, hooks: [ingress, egress], actors: [{{custom: {{operator: hide_timestamps{args}}}}}]}}\n");

    private static PacketBuilder Opening(Conversation conversation, bool fromClient, TcpOption stamp, params ReadOnlySpan<TcpOption> options) =>
        (conversation with { Timestamps = false, ClientScale = null, ServerScale = null }).Opening(fromClient)
            .WithOptions(stamp, TcpOption.NoOperation, TcpOption.WindowScale(7)).WithOptions(options);
}
