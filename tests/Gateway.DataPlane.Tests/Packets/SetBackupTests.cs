using System.Diagnostics;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>set_backup: where MP_PRIO is placed, and where never.</summary>
[Collection(OnPacketBench.Name)]
public sealed class SetBackupTests(PacketBench bench)
{
    private const string Backup = """
          - {name: demote, priority: 1, hooks: [ingress, egress], actors: [{set_backup: on}]}
        """;

    private static readonly Conversation s_v4 = new();
    private static readonly Conversation s_v6 = Conversation.V6;
    private static readonly Conversation s_unstamped = new() { Timestamps = false };

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    private static readonly (string Description, Reason Reason, PrioPlacement? Placement, Conversation Conversation, Func<Conversation, byte[]> Frame)[] s_cases =
    [
        ("data with 40 option bytes", Reason.Done, PrioPlacement.ShrinkDataAck, s_v4, c => c.Data()),
        ("data over IPv6", Reason.Done, PrioPlacement.ShrinkDataAck, s_v6, c => c.Data()),
        ("data of odd length", Reason.Done, PrioPlacement.ShrinkDataAck, s_v4, c => c.Data(bytes: 33)),
        ("data behind a VLAN tag", Reason.Done, PrioPlacement.ShrinkDataAck, s_v4 with { Vlan = 7 }, c => c.Data()),
        ("a DSS at an odd offset", Reason.Done, PrioPlacement.ShrinkDataAck, s_unstamped, c => c.Packet(true, TcpOption.NoOperation, MptcpOptions.Dss(5, mapping: (1, 2, 3), checksum: 4)).WithPayload(1, 2, 3).Build()),
        ("a pure ACK with an 8-byte DATA_ACK", Reason.Done, PrioPlacement.ShrinkDataAck, s_v4, c => c.DataAck()),
        ("a pure ACK with timestamps", Reason.Done, PrioPlacement.OverwriteTimestamps, s_v4, c => c.DataAck(wideAck: false)),
        ("a pure ACK with timestamps over IPv6", Reason.Done, PrioPlacement.OverwriteTimestamps, s_v6, c => c.DataAck(wideAck: false)),
        ("a pure ACK without timestamps", Reason.Done, PrioPlacement.Append, s_unstamped, c => c.DataAck(wideAck: false)),
        ("a pure ACK without timestamps over IPv6", Reason.Done, PrioPlacement.Append, s_v6 with { Timestamps = false }, c => c.DataAck(wideAck: false)),
        ("a pure ACK whose DSS ends like two NOPs before the timestamps", Reason.Done, PrioPlacement.Append, s_unstamped, c => c.Packet(true, MptcpOptions.Dss(0x0101, true), TcpOption.Timestamps(1, 2), TcpOption.NoOperation, TcpOption.NoOperation).Build()),
        ("data with a 4-byte DATA_ACK", Reason.NoRoom, null, s_v4, c => c.Data(wideAck: false)),
        ("a pure ACK with 40 option bytes and no NOPs before its timestamps", Reason.NoRoom, null, s_unstamped, c => c.Packet(true, TcpOption.Timestamps(1, 2), TcpOption.Raw(253, 10, 0, 0, 0, 0, 0, 0, 0, 0), TcpOption.Raw(253, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), MptcpOptions.Dss(1, true)).Build()),
        ("a pure ACK with an option list cut short by EOL", Reason.NoRoom, null, s_unstamped, c => c.Packet(true, MptcpOptions.Dss(1, true), TcpOption.EndOfList).Build()),
        ("a pure ACK with link padding", Reason.NoRoom, null, s_unstamped, c => c.Packet(true, MptcpOptions.Dss(1, true)).WithTrailingPadding(6).Build()),
        ("a SYN", Reason.Handshake, null, s_v4, c => c.Syn),
        ("a SYN/ACK", Reason.Handshake, null, s_v4, c => c.SynAck),
        ("a RST", Reason.Handshake, null, s_v4, c => c.Packet(true, MptcpOptions.Dss(1)).WithFlags(TcpFlags.Rst | TcpFlags.Ack).Build()),
        ("a FIN", Reason.Handshake, null, s_v4, c => c.Packet(true, MptcpOptions.Dss(1)).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build()),
        ("a third ACK", Reason.NotApplicable, null, s_v4, c => c.Ack),
        ("a packet without DSS", Reason.NotApplicable, null, s_v4, c => c.Packet(true).Build()),
        ("a packet that has an MP_PRIO", Reason.NotApplicable, null, s_v4, c => c.Packet(true, MptcpOptions.Dss(1), MptcpOptions.MpPrio(false), TcpOption.NoOperation).Build()),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void MP_PRIO_is_placed_where_there_is_room(string description)
    {
        (_, Reason reason, PrioPlacement? placement, Conversation conversation, Func<Conversation, byte[]> make) = s_cases.Single(c => c.Description == description);
        byte[] frame = make(conversation);
        bench.Start(Backup);
        Prepare(conversation);
        PacketRun run = bench.Ingress(frame);
        Check(run, reason, placement, PacketRun.XdpPass, ChecksumVerdict.Valid);
        Assert.Contains(reason, bench.StepReasons("demote").Keys);
        if (placement is not null)
        {
            Assert.Equal(1ul, bench.StepReasons("demote")[Reason.Done]);
            Event told = Assert.Single(bench.ReadEvents(), e => e.Type == (byte)EventType.Actor);
            Assert.Equal(((byte)Op.SetBackup, (byte)Reason.Done, bench.Applied.Generation), (told.Op, told.Reason, told.Generation));
        }
    }

    [Theory]
    [InlineData("data with 40 option bytes")]
    [InlineData("a DSS at an odd offset")]
    [InlineData("a pure ACK with timestamps")]
    [InlineData("a pure ACK without timestamps")]
    [InlineData("a pure ACK without timestamps over IPv6")]
    public void A_partial_checksum_stays_one(string description)
    {
        (_, Reason reason, PrioPlacement? placement, Conversation conversation, Func<Conversation, byte[]> make) = s_cases.Single(c => c.Description == description);
        conversation = conversation with { Partial = true };
        bench.Start(Backup);
        Prepare(conversation);
        PacketRun run = bench.Ingress(make(conversation), BenchPort.Partial);
        RewriteResult expected = FrameRewriter.PlacePrio(run.Input, true, ChecksumState.Partial);
        Assert.Equal(placement, expected.Placement);
        run.Became(expected.Frame.Span).WithChecksums(ChecksumVerdict.Partial);
        Assert.Equal(1ul, bench.StepReasons("demote")[reason]);
    }

    [Theory]
    [InlineData("data with 40 option bytes")]
    [InlineData("data over IPv6")]
    [InlineData("a DSS at an odd offset")]
    [InlineData("a pure ACK with timestamps")]
    [InlineData("a pure ACK without timestamps")]
    [InlineData("a pure ACK without timestamps over IPv6")]
    public void TC_egress_places_it_too(string description)
    {
        (_, _, _, Conversation conversation, Func<Conversation, byte[]> make) = s_cases.Single(c => c.Description == description);
        bench.Start(Backup);
        Prepare(conversation);
        PacketRun run = bench.Egress(make(conversation));
        RewriteResult expected = FrameRewriter.PlacePrio(run.Input, true, ChecksumState.Complete);
        run.Became(expected.Frame.Span, PacketRun.TcUnspecified).WithChecksums();
        Assert.Equal(1ul, bench.StepReasons("demote")[Reason.Done]);
    }

    [Fact]
    public void Devmap_egress_places_it_too()
    {
        bench.Start(Backup);
        Prepare(s_v4);
        PacketRun run = bench.Devmap(s_v4.Data());
        run.Became(FrameRewriter.PlacePrio(run.Input, true, ChecksumState.Complete).Frame.Span).WithChecksums();
    }

    [Fact]
    public void Plain_TCP_is_left_alone()
    {
        bench.Start(Backup);
        bench.Ingress(s_v4.Bare(true, TcpFlags.Ack).WithPayload(1, 2).Build()).Untouched();
        Assert.Equal(new() { [Reason.NotMptcp] = 1 }, bench.StepReasons("demote"));
    }

    [Fact]
    public void A_subflow_that_fell_back_is_left_alone()
    {
        bench.Start(Backup);
        bench.Prepare(BenchPort.Host, s_v4.Syn, s_v4.Opening(false).Build());
        bench.Ingress(s_v4.Data()).Untouched();
        Assert.Contains(Reason.NotMptcp, bench.StepReasons("demote").Keys);
        Assert.True(((FlowFlag)bench.OnlyFlow().Flags).HasFlag(FlowFlag.Fallback));
    }

    [Fact]
    public void Unknown_checksums_are_not_edited()
    {
        bench.Start(Backup);
        bench.Prepare(BenchPort.Unknown, s_v4.Handshake);
        bench.Ingress(s_v4.Data(), BenchPort.Unknown).Untouched();
        Assert.Contains(Reason.CsumUnknown, bench.StepReasons("demote").Keys);
    }

    [Fact]
    public void It_is_said_twice_and_again_only_to_a_sender_that_does_not_obey()
    {
        bench.Start(Backup);
        Prepare(s_v4);
        byte[] frame = s_v4.DataAck(fromClient: true);
        Assert.NotEqual(frame, bench.Ingress(frame).Output);
        PlacedAgo(20);
        bench.Ingress(frame).Untouched();
        PlacedAgo(250);
        Assert.NotEqual(frame, bench.Ingress(frame).Output);
        PlacedAgo(250);
        bench.Ingress(frame).Untouched();
        bench.ChangeFlows((ref Flow flow) => flow.Dir[0].PrioBytes = flow.Dir[1].PrioBytes = 0);
        for (int i = 0; i < 50; i++)
        {
            bench.Prepare(BenchPort.Host, s_v4.Data(fromClient: false, bytes: 1400));
        }

        PlacedAgo(250);
        Assert.NotEqual(frame, bench.Ingress(frame).Output);
    }

    [Fact]
    public void A_sender_that_never_obeys_hears_it_less_and_less_often()
    {
        bench.Start(Backup);
        Prepare(s_v4);
        byte[] frame = s_v4.DataAck(fromClient: true);
        // How long ago it was said, in 2^20 ns; far from the limits 200, 200, 400 and 800, as real time passes too.
        (uint Ago, bool Said)[] looks = [(20, true), (350, true), (350, true), (50, false), (500, true), (50, false), (300, false), (1000, true)];
        foreach ((uint ago, bool said) in looks)
        {
            for (int i = 0; i < 50; i++)
            {
                bench.Prepare(BenchPort.Host, s_v4.Data(fromClient: false, bytes: 1400));
            }

            PlacedAgo(ago);
            Assert.Equal(said, !frame.AsSpan().SequenceEqual(bench.Ingress(frame).Output));
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void It_is_said_again_when_the_host_itself_says_otherwise(bool hostSays, bool again)
    {
        bench.Start(Backup);
        Prepare(s_v4);
        byte[] frame = s_v4.DataAck();
        Assert.NotEqual(frame, bench.Ingress(frame).Output);
        PlacedAgo(20);
        bench.Ingress(frame).Untouched();

        // Toward the other end it says nothing about this one.
        bench.Prepare(BenchPort.Host, s_v4.Packet(false, MptcpOptions.Dss(1), MptcpOptions.MpPrio(!hostSays), TcpOption.NoOperation).Build());
        PlacedAgo(20);
        bench.Ingress(frame).Untouched();
        bench.Prepare(BenchPort.Host, s_v4.Packet(true, MptcpOptions.Dss(1), MptcpOptions.MpPrio(hostSays), TcpOption.NoOperation).Build());
        PlacedAgo(20);
        PacketRun run = bench.Ingress(frame);
        run.Became(again ? FrameRewriter.PlacePrio(frame, true, ChecksumState.Complete).Frame.Span : frame).WithChecksums();
    }

    [Fact]
    public void A_packet_that_is_dropped_after_it_is_counted_so()
    {
        bench.Start("  - {name: demote, priority: 1, actors: [{set_backup: on}, drop]}\n");
        Prepare(s_v4);
        bench.Ingress(s_v4.Data()).Untouched(PacketRun.XdpDrop);
        Assert.Equal(1ul, bench.StepReasons("demote")[Reason.Dropped]);
        Assert.DoesNotContain(Reason.Done, bench.StepReasons("demote").Keys);
    }

    [Fact]
    public void The_other_way_is_said_at_once()
    {
        bench.Start(Backup);
        Prepare(s_v4);
        byte[] frame = s_v4.DataAck();
        Assert.NotEqual(frame, bench.Ingress(frame).Output);
        bench.Apply(Backup.Replace("on}", "off}", StringComparison.Ordinal));
        PacketRun run = bench.Ingress(frame);
        run.Became(FrameRewriter.PlacePrio(frame, false, ChecksumState.Complete).Frame.Span).WithChecksums();
    }

    private void Prepare(Conversation conversation) =>
        bench.Prepare(conversation.Partial ? BenchPort.Partial : BenchPort.WireFar, conversation.Handshake);

    // The kernel's monotonic clock is the stopwatch's; its coarse form is up to a tick behind.
    private void PlacedAgo(uint ago) => bench.ChangeFlows((ref Flow flow) =>
    {
        uint time = (uint)(Stopwatch.GetTimestamp() >> 20) - ago;
        flow.Dir[0].PrioTime = time;
        flow.Dir[1].PrioTime = time;
    });

    private static void Check(PacketRun run, Reason reason, PrioPlacement? placement, uint verdict, ChecksumVerdict checksum)
    {
        if (reason != Reason.Done)
        {
            run.Untouched(verdict);
            return;
        }

        RewriteResult expected = FrameRewriter.PlacePrio(run.Input, true, ChecksumState.Complete);
        Assert.Equal(placement, expected.Placement);
        run.Became(expected.Frame.Span, verdict).WithChecksums(checksum);
    }
}
