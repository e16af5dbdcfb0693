using System.Net;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>blk_subflow: hidden addresses and refused joins.</summary>
[Collection(OnPacketBench.Name)]
public sealed class BlkSubflowTests(PacketBench bench)
{
    private const string Block = """
          - {name: hide, priority: 1, hooks: [ingress, egress], actors: [{blk_subflow: {addresses: [v4, v6], refuse_join: true}}]}
        """;

    private static readonly IPAddress s_address4 = IPAddress.Parse("203.0.113.9");
    private static readonly IPAddress s_address6 = IPAddress.Parse("2001:db8:77::9");
    private static readonly Conversation s_v4 = new();
    private static readonly Conversation s_old = new() { Version = MptcpVersion.V0 };

    public static TheoryData<string> Hidden => [.. s_hidden.Select(c => c.Description)];

    private static readonly (string Description, Conversation Conversation, Func<Conversation, byte[]> Frame)[] s_hidden =
    [
        ("IPv4", s_v4, c => c.AddAddr(s_address4)),
        ("IPv4 with a port", s_v4, c => c.AddAddr(s_address4, 5001)),
        ("IPv6", s_v4 with { Timestamps = false }, c => c.AddAddr(s_address6)),
        ("IPv6 with a port", s_v4 with { Timestamps = false }, c => c.AddAddr(s_address6, 5001)),
        ("IPv4 over IPv6", Conversation.V6, c => c.AddAddr(s_address4)),
        ("at an odd offset", s_v4 with { Timestamps = false }, c => c.Packet(false, TcpOption.NoOperation, c.AddAddrOption(s_address4), MptcpOptions.Dss(7)).Build()),
        ("beside a DSS and data", s_v4 with { Timestamps = false }, c => c.Packet(false, c.AddAddrOption(s_address4), MptcpOptions.Dss(7)).WithPayload(1, 2, 3).Build()),
        ("v0 beside a DSS", s_old, c => c.Packet(false, MptcpOptions.Dss(7), c.AddAddrOption(s_address4)).Build()),
        ("v0 with a port beside a DSS and data", s_old, c => c.Packet(false, MptcpOptions.Dss(7), c.AddAddrOption(s_address4, 80)).WithPayload(9).Build()),
    ];

    [Theory]
    [MemberData(nameof(Hidden))]
    public void An_announced_address_is_hidden_and_kept(string description)
    {
        (_, Conversation conversation, Func<Conversation, byte[]> make) = s_hidden.Single(c => c.Description == description);
        byte[] frame = make(conversation);
        bench.Start(Block);
        bench.Prepare(BenchPort.WireFar, conversation.Handshake);
        RewriteResult expected = FrameRewriter.HideAddAddr(frame, ChecksumState.Complete);
        Assert.Equal(RewriteOutcome.Done, expected.Outcome);
        bench.Ingress(frame).Became(expected.Frame.Span).WithChecksums();
        Assert.Equal(1ul, bench.StepReasons("hide")[Reason.Done]);

        _ = PacketParser.Parse(frame, out ParsedPacket packet);
        byte[] option = packet.Option(frame, MptcpSubtype.AddAddr).ToArray();
        (StoredKey key, StoredOption stored) = Assert.Single(bench.Stored());
        ReadOnlySpan<byte> kept = stored.Option;
        Assert.Equal((conversation.ConnectionId, (byte)9, (byte)Direction.Reply), (key.Connection, stored.AddressId, key.Direction));
        Assert.Equal(option, kept[..stored.Length].ToArray());
        Assert.Equal(1u, stored.Count);

        // The rest of the path: the second one to see it counts it again and changes nothing that was hidden.
        bench.Egress(frame).Became(expected.Frame.Span, PacketRun.TcUnspecified).WithChecksums();
        Assert.Equal(2u, Assert.Single(bench.Stored()).Value.Count);
    }

    [Fact]
    public void An_address_hidden_at_ingress_is_not_shown_again_by_egress()
    {
        bench.Start(Block);
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        byte[] frame = s_v4.AddAddr(s_address4);
        byte[] hidden = bench.Ingress(frame).Output;
        PacketRun run = bench.Egress(hidden).WithChecksums();
        Assert.NotEqual(frame, run.Output);
        _ = PacketParser.Parse(frame, out ParsedPacket packet);
        StoredOption stored = Assert.Single(bench.Stored()).Value;
        ReadOnlySpan<byte> kept = stored.Option;
        Assert.Equal(packet.Option(frame, MptcpSubtype.AddAddr).ToArray(), kept[..16].ToArray());
    }

    [Fact]
    public void A_partial_checksum_stays_one()
    {
        Conversation partial = s_v4 with { Partial = true };
        bench.Start(Block);
        bench.Prepare(BenchPort.Partial, partial.Handshake);
        byte[] frame = partial.AddAddr(s_address4);
        bench.Ingress(frame, BenchPort.Partial).Became(FrameRewriter.HideAddAddr(frame, ChecksumState.Partial).Frame.Span).WithChecksums(ChecksumVerdict.Partial);
    }

    public static TheoryData<string> LeftAlone => [.. s_leftAlone.Select(c => c.Description)];

    private static readonly (string Description, Reason Reason, Func<byte[]> Frame)[] s_leftAlone =
    [
        ("an echo", Reason.NotApplicable, () => s_v4.Packet(true, MptcpOptions.AddAddrEcho(9, s_address4)).Build()),
        ("an echo with a port", Reason.NotApplicable, () => s_v4.Packet(true, MptcpOptions.AddAddrEcho(9, s_address4, 80), TcpOption.NoOperation, TcpOption.NoOperation).Build()),
        ("a REMOVE_ADDR", Reason.NotApplicable, () => s_v4.Packet(false, MptcpOptions.RemoveAddr(9)).Build()),
        ("data", Reason.NotApplicable, () => s_v4.Data(false)),
        ("the answer to a join", Reason.NotApplicable, () => s_v4.JoinSynAck),
        ("an ADD_ADDR of a length there is not", Reason.NotApplicable, () => s_v4.Packet(false, TcpOption.Raw(30, 12, 0x30, 9, 1, 2, 3, 4, 5, 6, 7, 8), MptcpOptions.Dss(1)).Build()),
        ("an ADD_ADDR that is neither echo nor authenticated", Reason.NotApplicable, () => s_v4.Packet(false, TcpOption.Raw(30, 8, 0x30, 9, 1, 2, 3, 4)).Build()),
    ];

    [Theory]
    [MemberData(nameof(LeftAlone))]
    public void The_rest_is_left_alone(string description)
    {
        (_, Reason reason, Func<byte[]> make) = s_leftAlone.Single(c => c.Description == description);
        bench.Start(Block);
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        ulong before = bench.StepReasons("hide").GetValueOrDefault(reason);
        bench.Ingress(make()).Untouched();
        Assert.Equal(before + 1, bench.StepReasons("hide")[reason]);
        Assert.Empty(bench.Stored());
    }

    [Theory]
    [InlineData("v4", true, false)]
    [InlineData("v6", false, true)]
    public void Only_the_given_families_are_hidden(string family, bool hides4, bool hides6)
    {
        bench.Start(Block.Replace("[v4, v6]", $"[{family}]", StringComparison.Ordinal));
        Conversation conversation = s_v4 with { Timestamps = false };
        bench.Prepare(BenchPort.WireFar, conversation.Handshake);
        byte[] four = conversation.AddAddr(s_address4), six = conversation.AddAddr(s_address6);
        Assert.Equal(hides4, !bench.Ingress(four).Output.AsSpan().SequenceEqual(four));
        Assert.Equal(hides6, !bench.Ingress(six).Output.AsSpan().SequenceEqual(six));
    }

    [Fact]
    public void A_v0_address_that_stands_alone_is_dropped()
    {
        bench.Start(Block);
        bench.Prepare(BenchPort.WireFar, s_old.Handshake);
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(s_old.AddAddr(s_address4)).Verdict);
        Assert.Equal(1ul, bench.StepReasons("hide")[Reason.Dropped]);
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Dropped));
        Assert.Equal(PacketRun.TcShot, bench.Egress(s_old.AddAddr(s_address4)).Verdict);
    }

    [Fact]
    public void A_v0_address_on_data_without_DSS_cannot_be_hidden()
    {
        bench.Start(Block);
        bench.Prepare(BenchPort.WireFar, s_old.Handshake);
        bench.Ingress(s_old.Packet(false, s_old.AddAddrOption(s_address4)).WithPayload(1).Build()).Untouched();
        Assert.Equal(1ul, bench.StepReasons("hide")[Reason.NoRoom]);
    }

    [Fact]
    public void A_join_is_refused()
    {
        bench.Start(Block);
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Conversation join = s_v4 with { ClientPort = 40001 };
        byte[] frame = join.JoinSyn;
        bench.Ingress(frame).Became(FrameRewriter.RefuseJoin(frame, ChecksumState.Complete).Frame.Span).WithChecksums();
        Assert.Equal(1ul, bench.StepReasons("hide")[Reason.Done]);
        Assert.Contains(bench.Flows(), f => ((FlowFlag)f.Flags).HasFlag(FlowFlag.Refused));
    }

    [Fact]
    public void A_join_longer_than_any_is_refused_whole()
    {
        bench.Start(Block);
        byte[] frame = s_v4.Bare(true, TcpFlags.Syn).WithOptions(TcpOption.Raw([30, 40, 0x10, .. Enumerable.Repeat((byte)30, 37)])).Build();
        bench.Ingress(frame).Became(FrameRewriter.RefuseJoin(frame, ChecksumState.Complete).Frame.Span).WithChecksums();
    }

    [Fact]
    public void A_join_passes_unless_refusing_is_asked_for()
    {
        bench.Start(Block.Replace("true", "false", StringComparison.Ordinal));
        bench.Ingress(s_v4.JoinSyn).Untouched();
    }

    [Fact]
    public void An_address_is_hidden_in_a_packet_that_also_gets_an_MP_PRIO()
    {
        bench.Start("""
              - {name: both, priority: 1, actors: [blk_subflow, {set_backup: on}]}
            """);
        Conversation conversation = s_v4 with { Timestamps = false };
        bench.Prepare(BenchPort.WireFar, conversation.Handshake);
        foreach (bool wide in (bool[])[true, false])
        {
            bench.ChangeFlows((ref Flow flow) => flow.Dir[0].Prio = flow.Dir[1].Prio = 0);
            byte[] frame = conversation.Packet(false, conversation.AddAddrOption(s_address4), MptcpOptions.Dss(7, !wide)).Build();
            byte[] hidden = FrameRewriter.HideAddAddr(frame, ChecksumState.Complete).Frame.ToArray();
            bench.Ingress(frame).Became(FrameRewriter.PlacePrio(hidden, true, ChecksumState.Complete).Frame.Span).WithChecksums();
        }

        Assert.Equal(2ul, bench.StepReasons("both", 0)[Reason.Done]);
        Assert.Equal(2ul, bench.StepReasons("both", 1)[Reason.Done]);
    }
}
