using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests;

/// <summary>What custom operators may do to packets, and what they cannot do whatever they leave.</summary>
public sealed class CustomActorTests(OperatorBench fixture) : IClassFixture<OperatorBench>
{
    private const int Answer = 1, Verdict = 2, Dscp = 3, Window = 4, Length = 5, Byte = 6, Append = 7, Remove = 8, Scribble = 9, Grow = 10, Repeat = 11, Fact = 12;

    private static readonly Conversation s_v4 = new();
    private PacketBench Bench => fixture.Bench;

    public static TheoryData<string, string> Nonsense => new()
    {
        { "an answer that is none", $"{Answer}, 2" },
        { "a negative answer", $"{Answer}, 0xffffffffffffffff" },
        { "a verdict that is none", $"{Verdict}, 2" },
        { "a DSCP above 63", $"{Dscp}, 65" },
        { "a window below one MSS", $"{Window}, 1" },
        { "shorter options", $"{Length}, 36" },
        { "longer options than there can be", $"{Length}, 44" },
        { "options of all lengths", $"{Length}, 255" },
        { "options that end in a word", $"{Length}, 39" },
        { "an option of length 0", $"{Byte}, 13, 0" },
        { "an option of length 1", $"{Byte}, 13, 1" },
        { "an option that goes past the end", $"{Byte}, 13, 40" },
        { "timestamps of another length", $"{Byte}, 3, 8" },
        { "an option that was none", $"{Byte}, 0, 5" },
        { "the same MPTCP option twice", $"{Repeat}, {(int)MptcpSubtype.Dss}" },
        { "everything overwritten", $"{Scribble}, 1" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_changes_nothing_and_is_counted_and_the_chain_goes_on(string what, string args)
    {
        Bench.Start(Probe(args));
        Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Bench.ZeroCounters();
        Bench.Ingress(s_v4.Data()).Untouched();
        Bench.Egress(s_v4.Data()).Untouched(PacketRun.TcUnspecified);
        Bench.Devmap(s_v4.Data()).Untouched();
        Assert.True(Bench.StepReasons("probe") is { Count: 1 } reasons && reasons[Reason.BadRequest] == 3, what);
        Assert.Equal(new() { [Reason.Done] = 3 }, Bench.StepReasons("probe", 1));
    }

    [Fact]
    public void What_it_scribbles_over_does_not_reach_the_next_operator()
    {
        Bench.Start($"  - {{name: probe, priority: 1, actors: [{{custom: {{operator: probe, args: [{Scribble}]}}}}, {{custom: {{operator: probe, args: [{Fact}, 0, {s_v4.ClientPort}]}}}}, count]}}\n");
        Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Bench.ZeroCounters();
        Bench.Ingress(s_v4.DataAck()).WithChecksums();
        Assert.Equal(new() { [Reason.NotApplicable] = 1 }, Bench.StepReasons("probe"));
        Assert.Equal(new() { [Reason.Done] = 1 }, Bench.StepReasons("probe", 1));
        Assert.Equal(new() { [Reason.Done] = 1 }, Bench.StepReasons("probe", 2));
    }

    [Fact]
    public void It_drops()
    {
        Bench.Start(Probe($"{Verdict}, 1", "ingress, egress"));
        Assert.Equal(PacketRun.XdpDrop, Bench.Ingress(s_v4.Data()).Verdict);
        Assert.Equal(PacketRun.TcShot, Bench.Egress(s_v4.Data()).Verdict);
        Assert.Equal(new() { [Reason.Dropped] = 2 }, Bench.StepReasons("probe"));
        Assert.Empty(Bench.StepReasons("probe", 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_sets_the_DSCP(bool v6)
    {
        Conversation conversation = v6 ? Conversation.V6 : s_v4;
        byte[] before = conversation.Bare(true, TcpFlags.Ack).WithTrafficClass(3).WithPayload(1).Build();
        byte[] after = conversation.Bare(true, TcpFlags.Ack).WithTrafficClass((46 << 2) | 3).WithPayload(1).Build();
        Bench.Start(Probe($"{Dscp}, 47", "ingress, egress"));
        Bench.Ingress(before).Became(after).WithChecksums();
        Bench.Egress(before).Became(after, PacketRun.TcUnspecified).WithChecksums();
        Assert.Equal(new() { [Reason.Done] = 2 }, Bench.StepReasons("probe"));
    }

    [Fact]
    public void It_lowers_the_window_and_never_raises_it()
    {
        Bench.Start(Probe($"{Window}, 900", "ingress, egress"));
        Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Bench.ZeroCounters();
        Bench.Ingress(s_v4.DataAck()).Became(s_v4.Packet(true, MptcpOptions.Dss(0x8000000011223344, false)).WithWindow(900).Build()).WithChecksums();
        Bench.Egress(s_v4.DataAck()).Became(s_v4.Packet(true, MptcpOptions.Dss(0x8000000011223344, false)).WithWindow(900).Build(), PacketRun.TcUnspecified).WithChecksums();
        byte[] small = s_v4.Packet(true, MptcpOptions.Dss(7, true)).WithWindow(900).Build();
        Bench.Ingress(small).Untouched();
        Bench.Ingress(s_v4.Syn).Untouched();
        Assert.Equal(new() { [Reason.Done] = 2, [Reason.WindowBelow] = 1, [Reason.Handshake] = 1 }, Bench.StepReasons("probe"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void It_takes_options_out_of_any_packet(bool v6, bool partial)
    {
        Conversation conversation = (v6 ? Conversation.V6 : s_v4) with { Partial = partial };
        byte[] before = conversation.Data();
        byte[] after = conversation.Bare(true, TcpFlags.Ack)
            .WithOptions([.. Enumerable.Repeat(TcpOption.NoOperation, 12)])
            .WithOptions(MptcpOptions.Dss(0x8000000011223344, false, (0x9000000000000001, 1, 100)), TcpOption.NoOperation, TcpOption.NoOperation)
            .WithPayload(Conversation.Payload(100)).Build();
        Bench.Start(Probe($"{Remove}, 8", "ingress, egress"));
        Bench.Ingress(before, partial ? BenchPort.Partial : BenchPort.Host).Became(after).WithChecksums(partial ? ChecksumVerdict.Partial : ChecksumVerdict.Valid);
        Bench.Ingress(before, BenchPort.Unknown).Untouched();
        Assert.Equal(new() { [Reason.Done] = 1, [Reason.CsumUnknown] = 1 }, Bench.StepReasons("probe"));
        if (!partial)
        {
            Bench.Egress(before).Became(after, PacketRun.TcUnspecified).WithChecksums();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_adds_an_option_to_a_pure_ACK_and_to_nothing_else(bool v6)
    {
        Conversation conversation = v6 ? Conversation.V6 : s_v4;
        byte[] after = conversation.Packet(true, MptcpOptions.Dss(0x8000000011223344, false), MptcpOptions.MpPrio(true), TcpOption.NoOperation).Build();
        Bench.Start(Probe($"{Append}", "ingress, egress"));
        Bench.Ingress(conversation.DataAck()).Became(after).WithChecksums();
        Bench.Egress(conversation.DataAck()).Became(after, PacketRun.TcUnspecified).WithChecksums();
        Bench.Devmap(conversation.DataAck()).Became(after).WithChecksums();
        Bench.Ingress(conversation.Packet(true, MptcpOptions.Dss(7, true)).WithPayload(1, 2).Build()).Untouched();
        Bench.Ingress(conversation.Syn).Untouched();
        Assert.Equal(new() { [Reason.Done] = 3, [Reason.NotApplicable] = 2 }, Bench.StepReasons("probe"));

        // By hand it can ask for more, and gets no further.
        Bench.Start(Probe($"{Grow}", "ingress, egress"));
        byte[] data = conversation.Packet(true, MptcpOptions.Dss(7, true)).WithPayload(1, 2).Build();
        Bench.Ingress(data).Untouched();
        Bench.Egress(data).Untouched(PacketRun.TcUnspecified);
        Assert.Equal(new() { [Reason.NoRoom] = 2 }, Bench.StepReasons("probe"));
    }

    [Fact]
    public void Built_in_edits_go_first()
    {
        Bench.Start($"  - {{name: probe, priority: 1, actors: [{{custom: {{operator: probe, args: [{Remove}, 8]}}}}, {{set_backup: on}}]}}\n");
        Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Bench.ZeroCounters();
        byte[] both = Bench.Ingress(s_v4.Data()).WithChecksums().Output;
        Assert.Equal(new() { [Reason.Conflict] = 1 }, Bench.StepReasons("probe"));
        Assert.Equal(new() { [Reason.Done] = 1 }, Bench.StepReasons("probe", 1));

        Bench.Start("  - {name: prio, priority: 1, actors: [{set_backup: on}]}\n");
        Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        FrameDiff.AssertEqual(Bench.Ingress(s_v4.Data()).Output, both);
    }

    [Fact]
    public void It_sees_the_packet_and_its_flow()
    {
        (int Fact, ulong Value)[] facts =
        [
            (0, s_v4.ClientPort), (1, 100), (2, 1), (3, 1), (4, 1), (5, 40), (6, 0), (7, (ulong)BenchPort.Host), (8, 4), (9, s_v4.ClientToken), (10, s_v4.Mss),
        ];
        foreach ((int fact, ulong value) in facts)
        {
            foreach (ulong asked in (ulong[])[value, value + 1])
            {
                Bench.Start(Probe($"{Fact}, {fact}, {asked}"));
                Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
                Bench.ZeroCounters();
                Bench.Ingress(s_v4.Data()).WithChecksums();
                Assert.True(
                    Bench.StepReasons("probe").ContainsKey(asked == value ? Reason.Done : Reason.NotApplicable), $"fact {fact} is not {value}");
            }
        }
    }

    [Fact]
    public void Selectors_answer_for_each_packet_and_nonsense_matches_nothing()
    {
        Bench.Start("  - {name: hit, priority: 2, select: {custom: {operator: answer, args: [1, 50]}}, actors: [drop]}\n  - {name: rest, priority: 1, actors: [count]}\n");
        Assert.Equal(PacketRun.XdpDrop, Bench.Ingress(s_v4.Data()).Verdict);
        Bench.Ingress(s_v4.DataAck()).Untouched();
        Assert.Equal(PacketRun.XdpDrop, Bench.Ingress(s_v4.Data()).Verdict);
        Assert.Equal(0ul, Bench.PortCount(BenchPort.Host, Reason.BadRequest));

        foreach (string nonsense in (string[])["2", "77", "0xffffffff", "0x80000000"])
        {
            Bench.Start($"  - {{name: hit, priority: 2, select: {{custom: {{operator: answer, args: [{nonsense}]}}}}, actors: [drop]}}\n  - {{name: rest, priority: 1, actors: [count]}}\n");
            Bench.Ingress(s_v4.Data()).Untouched();
            Assert.Equal(1ul, Bench.PortCount(BenchPort.Host, Reason.BadRequest));
            Assert.Equal(1ul, Bench.ChainPackets("rest"));
        }

        // Like all that is not known: so the negation holds.
        Bench.Start("  - {name: hit, priority: 2, select: {not: {custom: {operator: answer, args: [1, 50]}}}, actors: [drop]}\n  - {name: rest, priority: 1, actors: [count]}\n");
        Bench.Ingress(s_v4.Data()).Untouched();
        Assert.Equal(PacketRun.XdpDrop, Bench.Ingress(s_v4.DataAck()).Verdict);
    }

    [Fact]
    public void Four_stand_in_a_chain_beside_built_in_actors()
    {
        Bench.Start($"  - {{name: probe, priority: 1, actors: [{string.Join(", ", Enumerable.Repeat("count", 20))}, {Custom($"{Dscp}, 47")}, {Custom($"{Remove}, 8")}, count, {Custom($"{Remove}, 8")}, {Custom($"{Dscp}, 1")}, {string.Join(", ", Enumerable.Repeat("count", 38))}, trace]}}\n");
        Bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Bench.ZeroCounters();
        Bench.Ingress(s_v4.Data()).WithChecksums();
        Assert.Equal(
            [Reason.Done, Reason.Done, Reason.Done, Reason.Done, Reason.Conflict, Reason.Conflict, Reason.Done, Reason.Done, Reason.Done],
            ((int[])[0, 19, 20, 21, 23, 24, 25, 62, 63]).Select(step => Assert.Single(Bench.StepReasons("probe", step)).Key));
        Assert.Equal(4, Enumerable.Range(20, 5).Count(step => Bench.Applied.Chains[0].Actors[step] == "custom"));
    }

    [Fact]
    public void An_empty_slot_is_counted()
    {
        Bench.LoadOperator("counts_one", "passing");
        Bench.Start("  - {name: gone, priority: 1, actors: [{custom: passing}, count]}\n");
        Bench.Ingress(s_v4.Data()).Untouched();
        Assert.Equal(new() { [Reason.Done] = 1 }, Bench.StepReasons("gone"));
        Bench.UnloadOperator("passing");
        Bench.Ingress(s_v4.Data()).Untouched();
        Assert.Equal(new() { [Reason.Done] = 1, [Reason.NoOperator] = 1 }, Bench.StepReasons("gone"));
        Assert.Equal(new() { [Reason.Done] = 2 }, Bench.StepReasons("gone", 1));
    }

    private static string Custom(string args) => $"{{custom: {{operator: probe, args: [{args}]}}}}";

    private static string Probe(string args, string hooks = "ingress, egress") =>
        $"  - {{name: probe, priority: 1, hooks: [{hooks}], actors: [{Custom(args)}, count]}}\n";
}
