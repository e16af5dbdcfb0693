using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>rate_limit: the window a receiver advertises, lowered to the tokens there are.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RateLimitTests(PacketBench bench)
{
    /// <summary>250 000 bytes per second; with 60 ms and the 20 ms of <see cref="Prepare"/> that is 20 000 bytes.</summary>
    private const string Limit = """
          - {name: limit, priority: 1, hooks: [ingress, egress], actors: [{rate_limit: {rate: 2Mbit/s}}]}
        """;

    private static readonly Conversation s_v4 = new();

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    /// <summary>Window 0 stands for a packet left alone.</summary>
    private static readonly (string Description, Conversation Conversation, Reason Reason, ushort Window, Func<Conversation, PacketBuilder> Frame)[] s_cases =
    [
        ("a window above", s_v4, Reason.Done, 156, c => c.Packet(true).WithWindow(2000)),
        ("a window above over IPv6", Conversation.V6, Reason.Done, 156, c => c.Packet(true).WithWindow(2000)),
        ("a window just above", s_v4, Reason.Done, 156, c => c.Packet(true).WithWindow(157)),
        ("data", s_v4, Reason.Done, 156, c => c.Packet(true).WithWindow(65535).WithPayload(1, 2, 3)),
        ("a FIN", s_v4, Reason.Done, 156, c => c.Packet(true).WithWindow(2000).WithFlags(TcpFlags.Fin | TcpFlags.Ack)),
        ("the window that is allowed", s_v4, Reason.WindowBelow, 0, c => c.Packet(true).WithWindow(156)),
        ("a window below", s_v4, Reason.WindowBelow, 0, c => c.Packet(true).WithWindow(10)),
        ("a closed window", s_v4, Reason.WindowBelow, 0, c => c.Packet(true).WithWindow(0)),
        ("an unscaled window", s_v4 with { ClientScale = 0, ServerScale = 0 }, Reason.Done, 20000, c => c.Packet(true).WithWindow(65535)),
        ("a scale the answer did not offer", s_v4 with { ServerScale = null }, Reason.Done, 20000, c => c.Packet(true).WithWindow(65535)),
        ("no scale offered by the SYN", s_v4 with { ClientScale = null, ServerScale = null }, Reason.Done, 20000, c => c.Packet(true).WithWindow(65535)),
        ("the largest scale", s_v4 with { ClientScale = 14 }, Reason.Done, 1, c => c.Packet(true).WithWindow(2000)),
        ("a scale above 14", s_v4 with { ClientScale = 200 }, Reason.Done, 1, c => c.Packet(true).WithWindow(2000)),
        ("three segments more than the clamp", s_v4 with { Mss = 32000 }, Reason.Done, 750, c => c.Packet(true).WithWindow(2000)),
        ("a SYN/ACK", s_v4, Reason.Handshake, 0, c => c.Opening(false).WithWindow(65535)),
        ("a RST", s_v4, Reason.Handshake, 0, c => c.Packet(true).WithWindow(65535).WithFlags(TcpFlags.Rst | TcpFlags.Ack)),
        ("a packet without ACK", s_v4, Reason.Handshake, 0, c => c.Bare(true, TcpFlags.None).WithWindow(65535)),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_window_is_lowered_and_never_raised(string description)
    {
        (_, Conversation conversation, Reason reason, ushort window, Func<Conversation, PacketBuilder> make) = s_cases.Single(c => c.Description == description);
        byte[] frame = make(conversation).Build();
        bench.Start(Limit);
        Prepare(conversation);
        ulong before = bench.StepReasons("limit").GetValueOrDefault(reason);
        Expect(bench.Ingress(frame), window, PacketRun.XdpPass);
        Assert.Equal(before + 1, bench.StepReasons("limit")[reason]);
        Expect(bench.Egress(frame), window, PacketRun.TcUnspecified);
        Expect(bench.Devmap(frame), window, PacketRun.XdpPass);
    }

    [Fact]
    public void A_SYN_is_left_alone()
    {
        bench.Start(Limit);
        Prepare(s_v4);
        bench.Ingress(s_v4.Opening(true).WithWindow(65535).Build()).Untouched();
        Assert.Contains(Reason.Handshake, bench.StepReasons("limit").Keys);
    }

    [Fact]
    public void Each_direction_has_the_scale_of_its_sender()
    {
        bench.Start(Limit);
        Prepare(s_v4 with { ServerScale = 4 });
        byte[] frame = s_v4.Packet(false).WithWindow(65535).Build();
        Expect(bench.Ingress(frame), 20000 >> 4, PacketRun.XdpPass);
    }

    [Fact]
    public void Without_the_SYN_the_scale_is_not_known()
    {
        bench.Start(Limit);
        bench.Prepare(BenchPort.WireFar, s_v4.Data());
        bench.Ingress(s_v4.Packet(true).WithWindow(65535).Build()).Untouched();
        Assert.Contains(Reason.NoWindowScale, bench.StepReasons("limit").Keys);
    }

    [Fact]
    public void Without_the_answer_the_scale_is_not_known()
    {
        bench.Start(Limit);
        bench.Prepare(BenchPort.WireFar, s_v4.Syn);
        bench.Ingress(s_v4.Packet(true).WithWindow(65535).Build()).Untouched();
        Assert.Contains(Reason.NoWindowScale, bench.StepReasons("limit").Keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Without_a_round_trip_the_slack_is_what_counts(uint microseconds)
    {
        bench.Start(Limit);
        Prepare(s_v4, microseconds);
        Expect(bench.Ingress(s_v4.Packet(true).WithWindow(65535).Build()), 15000 >> 7, PacketRun.XdpPass);
    }

    [Fact]
    public void What_is_in_flight_is_added_to_the_tokens()
    {
        bench.Start(Limit);
        Prepare(s_v4);
        Expect(bench.Ingress(s_v4.Packet(true).WithWindow(65535).WithAcknowledgment(2000 - 1280).Build()), (20000 + 1280) >> 7, PacketRun.XdpPass);
    }

    [Fact]
    public void With_all_tokens_used_one_segment_is_left()
    {
        bench.Start(Limit.Replace("2Mbit", "64Kbit", StringComparison.Ordinal));
        Prepare(s_v4);
        byte[] ack = s_v4.Packet(true).WithWindow(65535).Build();
        Expect(bench.Ingress(ack), 3 * 1460 >> 7, PacketRun.XdpPass);
        bench.ChangeFlows((ref Flow flow) => flow.Dir[ClientIndex(flow)].RateTokens = unchecked((uint)-20000));
        bench.Prepare(BenchPort.Wire, Data(0), Data(1), Data(2), Data(3));
        Expect(bench.Ingress(s_v4.Packet(true).WithWindow(65535).WithAcknowledgment(2000 + 4000).Build()), (1460 + 127) >> 7, PacketRun.XdpPass);
    }

    [Fact]
    public void A_partial_checksum_stays_one()
    {
        bench.Start(Limit);
        Conversation partial = s_v4 with { Partial = true };
        Prepare(partial);
        PacketRun run = bench.Ingress(partial.Packet(true).WithWindow(2000).Build(), BenchPort.Partial);
        run.Became(FrameRewriter.ReplaceWindow(run.Input, 156, ChecksumState.Partial).Frame.Span).WithChecksums(ChecksumVerdict.Partial);
    }

    [Fact]
    public void Unknown_checksums_are_not_edited()
    {
        bench.Start(Limit);
        Prepare(s_v4);
        bench.Ingress(s_v4.Packet(true).WithWindow(2000).Build(), BenchPort.Unknown).Untouched();
        Assert.Equal(1ul, bench.StepReasons("limit")[Reason.CsumUnknown]);
    }

    [Fact]
    public void Round_trips_are_measured_from_timestamps_and_from_acknowledgments()
    {
        foreach (Conversation conversation in (Conversation[])[s_v4, s_v4 with { Timestamps = false }, Conversation.V6])
        {
            bench.Start(Limit);
            bench.Prepare(BenchPort.WireFar, conversation.Syn);
            bench.Prepare(BenchPort.Wire, conversation.SynAck);
            bench.Prepare(BenchPort.WireFar, conversation.Ack);
            Flow flow = bench.OnlyFlow();
            Assert.NotEqual(0u, flow.Dir[0].HalfRtt);
            Assert.NotEqual(0u, flow.Dir[1].HalfRtt);
            Assert.Equal(new[] { BenchPort.WireFar, BenchPort.Wire }.Order(), new[] { (BenchPort)flow.Dir[0].IngressPort, (BenchPort)flow.Dir[1].IngressPort }.Order());
        }
    }

    /// <summary>A segment of 1000 bytes from the server, the so many-th.</summary>
    private static byte[] Data(int number) => s_v4.Packet(false).WithSequence(2000u + ((uint)number * 1000)).WithPayload(new byte[1000]).Build();

    /// <summary>The client is the numerically smaller end where its address starts with 192 and the server's with 198.</summary>
    private static int ClientIndex(in Flow flow) => flow.Origin;

    /// <summary>Handshake, then a round trip of twice the given time and no sample under way.</summary>
    private void Prepare(Conversation conversation, uint microseconds = 10_000)
    {
        bench.Prepare(conversation.Partial ? BenchPort.Partial : BenchPort.WireFar, conversation.Syn, conversation.SynAck);
        bench.ChangeFlows((ref Flow flow) =>
        {
            for (int i = 0; i < 2; i++)
            {
                flow.Dir[i].HalfRtt = microseconds;
                flow.Dir[i].Flags = (ushort)((FlowDirFlag)flow.Dir[i].Flags & ~FlowDirFlag.Sample);
            }
        });
    }

    private static void Expect(PacketRun run, int window, uint verdict)
    {
        byte[] expected = window == 0 ? run.Input : FrameRewriter.ReplaceWindow(run.Input, (ushort)window, ChecksumState.Complete).Frame.ToArray();
        run.Became(expected, verdict).WithChecksums();
    }
}
