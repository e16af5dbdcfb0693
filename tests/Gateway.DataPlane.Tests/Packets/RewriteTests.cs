using System.Buffers.Binary;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>rewrite: what a flow becomes on its way, and back. Frames are compared with ones built with the other 4-tuple.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RewriteTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new() { ServerPort = 5202 };
    private static readonly Conversation s_v6 = Conversation.V6 with { ServerPort = 5202 };

    private static readonly (string Description, string Rewrite, Conversation Before, Conversation After)[] s_cases =
    [
        ("IPv4 port", "dst_port: 5201", s_v4, s_v4 with { ServerPort = 5201 }),
        ("IPv4 destination", "dst: 203.0.113.77", s_v4, s_v4 with { Server = "203.0.113.77" }),
        ("IPv4 destination and port", "dst: 1.2.3.4, dst_port: 80", s_v4, s_v4 with { Server = "1.2.3.4", ServerPort = 80 }),
        ("IPv4 source", "src: 223.1.255.1", s_v4 with { Client = "10.0.0.1" }, s_v4 with { Client = "223.1.255.1" }),
        ("IPv4 source port", "src_port: 1", s_v4, s_v4 with { ClientPort = 1 }),
        ("IPv4 all", "src: 9.9.9.9, src_port: 65535, dst: 8.8.8.8, dst_port: 1", s_v4, new() { Client = "9.9.9.9", ClientPort = 65535, Server = "8.8.8.8", ServerPort = 1 }),
        ("IPv6 port", "dst_port: 5201", s_v6, s_v6 with { ServerPort = 5201 }),
        ("IPv6 destination", "dst: \"2001:db8:77::1\"", s_v6, s_v6 with { Server = "2001:db8:77::1" }),
        ("IPv6 source", "src: \"::5\"", s_v6, s_v6 with { Client = "::5" }),
        ("IPv6 all", "src: \"fd00::1\", src_port: 7, dst: \"fd00::2\", dst_port: 9", s_v6, s_v6 with { Client = "fd00::1", ClientPort = 7, Server = "fd00::2", ServerPort = 9 }),
        ("behind a VLAN tag", "dst: 203.0.113.77, dst_port: 9", s_v4 with { Vlan = 7 }, s_v4 with { Vlan = 7, Server = "203.0.113.77", ServerPort = 9 }),
        ("no timestamps", "src_port: 9, dst_port: 5201", s_v4 with { Timestamps = false }, s_v4 with { Timestamps = false, ClientPort = 9, ServerPort = 5201 }),
    ];

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_flow_has_another_4_tuple_behind_the_gateway_and_its_own_in_front(string description)
    {
        (_, string rewrite, Conversation before, Conversation after) = Start(description);
        AssertTranslated(before, after, BenchPort.Host, BenchPort.Host, ChecksumVerdict.Valid);
        Assert.Equal([Reason.Done], bench.StepReasons("away").Keys);
        Flow flow = bench.OnlyFlow();
        Assert.True((flow.Flags & (uint)FlowFlag.Rewritten) != 0 && (flow.Flags & (uint)FlowFlag.Keys) != 0, $"{flow.Flags:x} {rewrite}");
        Assert.Equal(2, bench.Rewrites().Count);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_partial_checksum_stays_one(string description)
    {
        (_, _, Conversation before, Conversation after) = Start(description);
        AssertTranslated(before with { Partial = true }, after with { Partial = true }, BenchPort.Partial, BenchPort.Partial, ChecksumVerdict.Partial);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wire_translates_both_ways(string description)
    {
        (_, _, Conversation before, Conversation after) = Start(description);
        AssertTranslated(before, after, BenchPort.Wire, BenchPort.WireFar, ChecksumVerdict.Valid, PacketRun.XdpRedirect);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wire_makes_partial_checksums_whole(string description)
    {
        (_, _, Conversation before, Conversation after) = Start(description);
        Conversation partial = before with { Partial = true };
        foreach ((byte[] sent, byte[] expected) in Both(partial, after, fromClient: true))
        {
            bench.Ingress(sent, BenchPort.WirePartial).Became(expected, PacketRun.XdpRedirect).WithChecksums();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void At_egress_a_flow_is_translated_that_entered_nowhere(string description)
    {
        (_, string rewrite, Conversation before, Conversation after) = s_cases.Single(c => c.Description == description);
        if (rewrite.Contains("dst:", StringComparison.Ordinal))
        {
            // Routing has chosen the way already: refused when applied.
            Assert.Empty(Errors(Rewrite(rewrite)));
            Assert.Contains(Errors(Rewrite(rewrite, "egress")), e => e.Contains("At egress", StringComparison.Ordinal));
            return;
        }

        bench.Start(Rewrite(rewrite, "egress"));
        foreach ((byte[] sent, byte[] expected) in Both(before, after, fromClient: true))
        {
            bench.Egress(sent).Became(expected, PacketRun.TcUnspecified).WithChecksums();
        }

        foreach ((byte[] sent, byte[] expected) in Both(after, before, fromClient: false))
        {
            bench.Ingress(sent).Became(expected).WithChecksums();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_comes_back_at_an_egress_only_is_translated_there(string description)
    {
        (_, _, Conversation before, Conversation after) = Start(description);
        bench.Ingress(before.Syn).Became(after.Syn);
        foreach ((byte[] sent, byte[] expected) in Both(after, before, fromClient: false))
        {
            bench.Egress(sent).Became(expected, PacketRun.TcUnspecified).WithChecksums();
            bench.Devmap(sent).Became(expected).WithChecksums();
        }
    }

    [Fact]
    public void Policy_sees_the_initiators_4_tuple_at_every_hook()
    {
        bench.Start("""
              - {name: away, priority: 3, select: {subflow: {dst: 198.51.100.2, dst_port: 5202}}, actors: [{rewrite: {dst: 203.0.113.77, dst_port: 5201}}]}
              - {name: out, priority: 2, hooks: [egress], select: {dst_port: 5202}, actors: [count]}
              - {name: back, priority: 1, hooks: [egress], select: {src: 198.51.100.2, src_port: 5202, direction: reply}, actors: [count]}
            """);
        Conversation after = s_v4 with { Server = "203.0.113.77", ServerPort = 5201 };
        bench.Ingress(s_v4.Syn).Became(after.Syn);
        bench.Egress(after.Syn).Untouched(PacketRun.TcUnspecified);
        bench.Devmap(after.Syn).Untouched();
        bench.Ingress(after.SynAck).Became(s_v4.SynAck);
        bench.Egress(s_v4.SynAck).Untouched(PacketRun.TcUnspecified);
        Assert.Equal((2ul, 1ul), (bench.ChainPackets("out"), bench.ChainPackets("back")));
        Assert.Equal(2ul, bench.StepReasons("away")[Reason.Done]);
        Flow flow = bench.OnlyFlow();
        Assert.Equal((1ul, 1ul), (flow.Dir[0].Packets, flow.Dir[1].Packets));
        Assert.All(bench.ReadEvents(), e => Assert.Contains((ushort)5202, new[] { Port(e.Port[0]), Port(e.Port[1]) }));
    }

    [Fact]
    public void It_lasts_as_long_as_the_flow_whatever_policy_runs()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        Conversation after = s_v4 with { ServerPort = 5201 };
        bench.Ingress(s_v4.Syn).Became(after.Syn);
        bench.Apply("  - {name: other, priority: 1, actors: [count]}\n");
        bench.Ingress(after.SynAck).Became(s_v4.SynAck).WithChecksums();
        bench.Clear();
        bench.Ingress(s_v4.Data()).Became(after.Data()).WithChecksums();

        // A connection that begins now is not rewritten; the same one, whose SYN comes again, is.
        bench.Ingress(s_v4.Syn).Became(after.Syn);
        byte[] again = s_v4.Opening(true, MptcpOptions.MpCapable()).WithSequence(77).Build();
        bench.Ingress(again).Untouched();
        bench.Ingress(s_v4.Data()).Untouched();
        Assert.Empty(bench.Rewrites());
    }

    [Fact]
    public void Only_a_SYN_begins_one()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        bench.Ingress(s_v4.Data()).Untouched();
        bench.Ingress(s_v4.SynAck).Untouched();
        Assert.Equal(new() { [Reason.NoFlow] = 2 }, bench.StepReasons("away"));
        bench.Ingress((s_v4 with { ServerPort = 5201 }).Syn).Untouched();
        Assert.Equal(1ul, bench.StepReasons("away")[Reason.AlreadyDone]);
        Assert.Empty(bench.Rewrites());
    }

    [Fact]
    public void An_address_of_the_other_family_is_not_for_the_packet()
    {
        bench.Start(Rewrite("dst: \"2001:db8::9\""));
        bench.Ingress(s_v4.Syn).Untouched();
        Assert.Equal(new() { [Reason.NotApplicable] = 1 }, bench.StepReasons("away"));
    }

    [Fact]
    public void Unknown_checksums_leave_a_flow_as_it_is()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        bench.Ingress(s_v4.Syn, BenchPort.Unknown).Untouched();
        Assert.Equal(new() { [Reason.CsumUnknown] = 1 }, bench.StepReasons("away"));
        Assert.Empty(bench.Rewrites());

        // A reply that only enters by such a port is counted there.
        bench.Ingress(s_v4.Syn);
        bench.Ingress((s_v4 with { ServerPort = 5201 }).SynAck, BenchPort.Unknown).Untouched();
        Assert.Equal(1ul, bench.PortCount(BenchPort.Unknown, Reason.CsumUnknown));
    }

    [Fact]
    public void What_the_parser_does_not_vouch_for_stays()
    {
        bench.Start(Rewrite("dst: 203.0.113.77, dst_port: 5201"));
        bench.Ingress(s_v4.Syn);
        bench.Ingress(s_v4.Packet(true).WithIpv4Fragment(0, more: true).Build()).Untouched();
        bench.Ingress(s_v4.Packet(true).WithIpv4Fragment(8, more: false).Build()).Untouched();
        bench.Ingress(s_v4.Packet(true).TruncatedTo(50).Build()).Untouched();
        bench.Ingress(s_v4.Packet(true).WithDataOffset(4).Build()).Untouched();
        bench.Ingress(PacketBuilder.Create().Between(s_v4.Client, s_v4.Server).Udp(s_v4.ClientPort, s_v4.ServerPort).WithPayload(1, 2).Build()).Untouched();
        Assert.Equal(2ul, bench.PortCount(BenchPort.Host, Reason.Fragment));
    }

    [Fact]
    public void Long_headers_and_odd_payloads_keep_their_checksums()
    {
        bench.Start(Rewrite("dst: 203.0.113.77, dst_port: 5201"));
        Conversation after = s_v4 with { Server = "203.0.113.77", ServerPort = 5201 };
        bench.Ingress(s_v4.Syn);
        foreach (int bytes in (int[])[0, 1, 2, 33, 1300])
        {
            bench.Ingress(Long(s_v4, bytes)).Became(Long(after, bytes)).WithChecksums();
        }

        bench.Ingress(s_v4.Packet(true).WithTrailingPadding(6).Build()).Became(after.Packet(true).WithTrailingPadding(6).Build());

        static byte[] Long(Conversation c, int bytes) =>
            c.Packet(true).WithIpv4Options(1, 1, 1, 1, 1, 1, 1, 1).WithPayload(Conversation.Payload(bytes)).Build();
    }

    [Fact]
    public void Extension_headers_stand_between()
    {
        bench.Start(Rewrite("dst: \"2001:db8:77::1\", dst_port: 5201"));
        Conversation after = s_v6 with { Server = "2001:db8:77::1", ServerPort = 5201 };
        bench.Ingress(s_v6.Syn);
        bench.Ingress(Extended(s_v6)).Became(Extended(after)).WithChecksums();

        static byte[] Extended(Conversation c) => c.Packet(true).WithExtensions(Ipv6ExtensionHeader.HopByHop()).WithPayload(1, 2, 3).Build();
    }

    [Fact]
    public void It_goes_together_with_option_edits_and_redirects()
    {
        bench.Start("  - {name: away, priority: 1, select: {port: 5202}, actors: [{rewrite: {dst_port: 5201}}, {set_backup: on}, {redirect: {port: wire, mac: keep}}]}\n");
        Conversation after = s_v4 with { ServerPort = 5201 };
        bench.Ingress((s_v4 with { Partial = true }).Syn, BenchPort.Partial).Became(after.Syn, PacketRun.XdpRedirect).WithChecksums();
        bench.Prepare(BenchPort.Host, after.SynAck, s_v4.Ack, after.Data(false));
        bench.Ingress(s_v4.Data()).Became(FrameRewriter.PlacePrio(after.Data(), true, ChecksumState.Complete).Frame.Span, PacketRun.XdpRedirect).WithChecksums();
    }

    private static ushort Port(ushort wire) => BinaryPrimitives.ReverseEndianness(wire);

    private (string Description, string Rewrite, Conversation Before, Conversation After) Start(string description)
    {
        (string Description, string Rewrite, Conversation Before, Conversation After) found = s_cases.Single(c => c.Description == description);
        bench.Start(Rewrite(found.Rewrite));
        return found;
    }

    private void AssertTranslated(
        Conversation before, Conversation after, BenchPort near, BenchPort far, ChecksumVerdict checksums, uint verdict = PacketRun.XdpPass)
    {
        (byte[] Sent, byte[] Expected)[] away = Both(before, after, fromClient: true), back = Both(after, before, fromClient: false);
        for (int i = 0; i < away.Length; i++)
        {
            bench.Ingress(away[i].Sent, near).Became(away[i].Expected, verdict).WithChecksums(checksums);
            if (i < back.Length)
            {
                bench.Ingress(back[i].Sent, far).Became(back[i].Expected, verdict).WithChecksums(checksums);
            }
        }
    }

    /// <summary>The same packets of one direction in two conversations.</summary>
    private static (byte[] Sent, byte[] Expected)[] Both(Conversation sent, Conversation expected, bool fromClient) =>
        [.. Packets(sent, fromClient).Zip(Packets(expected, fromClient))];

    private static byte[][] Packets(Conversation c, bool fromClient) => fromClient
        ? [c.Syn, c.Ack, c.Data(), c.DataAck(), c.Data(bytes: 33), c.Bare(true, TcpFlags.Fin | TcpFlags.Ack).Build()]
        : [c.SynAck, c.Data(false), c.Data(false, 33), c.DataAck(false), c.Bare(false, TcpFlags.Fin | TcpFlags.Ack).Build(), c.Bare(false, TcpFlags.Rst).Build()];

    private static string Rewrite(string what, string hook = "ingress") =>
        $"  - {{name: away, priority: 1, hooks: [{hook}], actors: [{{rewrite: {{{what}}}}}]}}\n";

    private static IEnumerable<string> Errors(string chains) => PolicyLoader
        .Load($"version: 1\nname: test\nchains:\n{chains}", PacketBench.Ports, CompilerLimits.Default).Errors.Select(e => e.ToString());
}
