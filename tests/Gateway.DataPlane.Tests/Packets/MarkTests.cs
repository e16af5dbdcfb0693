using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>mark: DSCP of both IP versions, and the mark of an skb.</summary>
[Collection(OnPacketBench.Name)]
public sealed class MarkTests(PacketBench bench)
{
    private const int EcnBits = 3;

    private static readonly Conversation s_v4 = new();

    public static TheoryData<string, byte, byte> Classes
    {
        get
        {
            var data = new TheoryData<string, byte, byte>();
            foreach (string conversation in (string[])["IPv4", "IPv6", "IPv4 with options", "IPv6 with extensions", "a VLAN"])
            {
                foreach ((byte before, byte dscp) in ((byte, byte)[])[(0, 46), (0xff, 0), (0x03, 63), (0xb9, 10), (0x02, 1)])
                {
                    data.Add(conversation, before, dscp);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void The_DSCP_is_set_and_congestion_bits_stay(string kind, byte before, byte dscp)
    {
        bench.Start(Marked($"dscp: {dscp}"));
        byte after = (byte)((dscp << 2) | (before & EcnBits));
        byte[] frame = Frame(kind, before), expected = Frame(kind, after);
        bench.Ingress(frame).Became(expected).WithChecksums();
        bench.Egress(frame).Became(expected, PacketRun.TcUnspecified).WithChecksums();
        bench.Devmap(frame).Became(expected).WithChecksums();
        bench.Ingress(Frame(kind, before, partial: true), BenchPort.Partial).Became(Frame(kind, after, partial: true)).WithChecksums(ChecksumVerdict.Partial);

        // No TCP checksum covers it, so it need not be known.
        bench.Ingress(frame, BenchPort.Unknown).Became(expected).WithChecksums();
        Assert.Equal(new() { [Reason.Done] = 5 }, bench.StepReasons("mark"));
        bench.Ingress(expected).Untouched();
        Assert.Equal(1ul, bench.StepReasons("mark")[Reason.AlreadyDone]);
    }

    [Theory]
    [InlineData("skb: 0x10, mask: 0xff", 0xabcd1234u, 0xabcd1210u)]
    [InlineData("skb: 0x10", 0xabcd1234u, 0x10u)]
    [InlineData("skb: 0xf00f, mask: 0x0ff0", 0xffffffffu, 0xfffff00fu)]
    [InlineData("skb: 0, mask: 0xffff0000", 0xffffffffu, 0x0000ffffu)]
    public void The_skb_is_marked_under_the_mask(string mark, uint before, uint after)
    {
        bench.Start(Marked(mark, "egress"));
        (uint marked, byte[] output) = RunMarked(s_v4.Data(), before);
        Assert.Equal(after, marked);
        FrameDiff.AssertEqual(s_v4.Data(), output);
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("mark"));
    }

    [Fact]
    public void Both_go_together_and_several_marks_add_up()
    {
        bench.Start("  - {name: mark, priority: 1, hooks: [egress], actors: [{mark: {skb: 0x1, mask: 0xf, dscp: 46}}, {mark: {skb: 0x20, mask: 0xf0}}, {mark: {dscp: 1}}]}\n");
        (uint marked, byte[] output) = RunMarked(Frame("IPv6", 1), 0x777);
        Assert.Equal(0x721u, marked);
        FrameDiff.AssertEqual(Frame("IPv6", (46 << 2) | 1), output);
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("mark", 0));
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("mark", 1));
        Assert.Equal(new() { [Reason.Conflict] = 1 }, bench.StepReasons("mark", 2));
    }

    [Fact]
    public void XDP_has_no_skb_to_mark()
    {
        bench.Start(Marked("skb: 1", "egress"));
        bench.Devmap(s_v4.Data()).Untouched();
        Assert.Equal(new() { [Reason.Hook] = 1 }, bench.StepReasons("mark"));
    }

    private (uint Mark, byte[] Output) RunMarked(byte[] frame, uint mark)
    {
        TestRunResult result = bench.Program(BenchProgram.TcEgress, BenchPort.Host)
            .TestRun(frame, new TestRunOptions().WithContext(new SkbContext { Mark = mark }));
        Assert.Equal(PacketRun.TcUnspecified, result.ReturnValue);
        return (result.ContextAs<SkbContext>().Mark, result.DataOut);
    }

    private static byte[] Frame(string kind, byte trafficClass, bool partial = false)
    {
        Conversation conversation = kind.StartsWith("IPv6", StringComparison.Ordinal) ? Conversation.V6 : s_v4;
        PacketBuilder builder = (conversation with { Partial = partial, Vlan = kind == "a VLAN" ? 5 : null })
            .Bare(true, TcpFlags.Ack).WithPayload(1, 2, 3).WithTrafficClass(trafficClass);
        return kind switch
        {
            "IPv4 with options" => builder.WithIpv4Options(1, 1, 1, 1).Build(),
            "IPv6 with extensions" => builder.WithExtensions(Ipv6ExtensionHeader.HopByHop()).Build(),
            _ => builder.Build(),
        };
    }

    private static string Marked(string what, string hooks = "ingress, egress") =>
        $"  - {{name: mark, priority: 1, hooks: [{hooks}], actors: [{{mark: {{{what}}}}}]}}\n";
}
