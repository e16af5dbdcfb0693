using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>rate_limit's policer: what the window cannot hold is dropped once the bucket is far overdrawn.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RatePolicerTests(PacketBench bench)
{
    private const string Limit = """
          - {name: limit, priority: 1, hooks: [ingress, egress], actors: [{rate_limit: {rate: 64Kbit/s}}, count]}
        """;

    private const string Unpoliced = """
          - {name: limit, priority: 1, hooks: [ingress, egress], actors: [{rate_limit: {rate: 64Kbit/s, policer: off}}, count]}
        """;

    public static TheoryData<bool> Families => [false, true];

    [Theory]
    [MemberData(nameof(Families))]
    public void Payload_far_above_the_rate_is_dropped_and_counted(bool v6)
    {
        Conversation talk = v6 ? Conversation.V6 : new Conversation();
        bench.Start(Limit);
        Overdraw(talk);
        byte[] data = talk.Data(fromClient: false, bytes: 1200);
        bench.Ingress(data).Untouched(PacketRun.XdpDrop);
        Assert.Equal(1ul, bench.StepReasons("limit")[Reason.Policed]);
        bench.Egress(data).Untouched(PacketRun.TcShot);
        bench.Devmap(data).Untouched(PacketRun.XdpDrop);
        Assert.Equal(3ul, bench.StepReasons("limit")[Reason.Policed]);
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Dropped));

        // The chain ended there.
        Assert.Equal(1ul, bench.StepReasons("limit", 1).GetValueOrDefault(Reason.Done));
    }

    [Fact]
    public void A_burst_within_the_bucket_passes_and_what_is_dropped_is_not_charged()
    {
        var talk = new Conversation();
        bench.Start(Limit);
        bench.Prepare(BenchPort.WireFar, talk.Handshake);
        byte[] data = talk.Data(fromClient: false, bytes: 1200);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(data).Verdict);
        bench.ChangeFlows((ref Flow flow) => flow.Dir[flow.Origin].RateSpared = 0);

        // 3 segments of tokens and 32 KiB of debt: 25 of these at least, and the first of the rest is dropped.
        int passed = 1, frames = 0;
        while (bench.Ingress(data).Verdict != PacketRun.XdpDrop)
        {
            passed++;
            Assert.True(++frames < 2000, "Nothing is dropped.");
        }

        Assert.InRange(passed, 25, 2000);

        // A pause of the machine fills the bucket a little: the next one may pass.
        int tokens;
        do
        {
            tokens = Tokens();
            Assert.True(++frames < 2000, "Nothing is dropped.");
        }
        while (bench.Ingress(data).Verdict != PacketRun.XdpDrop);
        Assert.True(Tokens() >= tokens, $"{tokens} became {Tokens()}");

        int Tokens()
        {
            Flow flow = bench.OnlyFlow();
            FlowDir limit = flow.Dir[flow.Origin];
            return unchecked((int)limit.RateTokens) - (int)(flow.Dir[1 - flow.Origin].Bytes - limit.RateBytes);
        }
    }

    [Fact]
    public void Without_the_policer_nothing_is_dropped()
    {
        var talk = new Conversation();
        bench.Start(Unpoliced);
        Overdraw(talk);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(talk.Data(fromClient: false, bytes: 1200)).Verdict);
        Assert.DoesNotContain(Reason.Policed, bench.StepReasons("limit").Keys);
    }

    [Fact]
    public void Packets_without_payload_and_the_other_direction_pass()
    {
        var talk = new Conversation();
        bench.Start(Limit);
        Overdraw(talk);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(talk.DataAck(fromClient: false)).Verdict);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(talk.Packet(false).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build()).Verdict);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(talk.Packet(false).WithFlags(TcpFlags.Rst | TcpFlags.Ack).Build()).Verdict);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(talk.Data(bytes: 1200)).Verdict);
        Assert.DoesNotContain(Reason.Policed, bench.StepReasons("limit").Keys);
    }

    [Fact]
    public void Where_the_window_scale_is_not_known_the_policer_holds_the_rate()
    {
        var talk = new Conversation();
        bench.Start(Limit);
        bench.Prepare(BenchPort.WireFar, talk.Data(), talk.Data(fromClient: false));
        Spend();
        bench.Ingress(talk.Data(fromClient: false, bytes: 1200)).Untouched(PacketRun.XdpDrop);
        Assert.Equal(1ul, bench.StepReasons("limit")[Reason.Policed]);
    }

    [Fact]
    public void What_was_under_way_before_the_limit_is_forgiven()
    {
        var talk = new Conversation();
        bench.Start(Limit);
        Overdraw(talk);
        bench.ChangeFlows((ref Flow flow) => flow.Dir[0].RateSpared = flow.Dir[1].RateSpared = uint.MaxValue / 4);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(talk.Data(fromClient: false, bytes: 1200)).Verdict);
    }

    /// <summary>Handshake and a first segment, then far more sent than allowed by the server.</summary>
    private void Overdraw(Conversation talk)
    {
        bench.Prepare(BenchPort.WireFar, talk.Syn);
        bench.Prepare(BenchPort.Wire, talk.SynAck);
        bench.Prepare(BenchPort.WireFar, talk.Ack, talk.Data(bytes: 1));
        bench.Prepare(BenchPort.Wire, talk.Data(fromClient: false, bytes: 1));
        Spend();
        bench.ZeroCounters();
        bench.Prepare(BenchPort.WireFar, talk.DataAck());
    }

    /// <summary>Charges the limit on the server's payload (on both ends' where it is not known which it is) with 2^30 bytes, and forgives nothing.</summary>
    private void Spend() => bench.ChangeFlows((ref Flow flow) =>
    {
        bool known = ((FlowFlag)flow.Flags).HasFlag(FlowFlag.OriginKnown);
        for (int i = 0; i < 2; i++)
        {
            flow.Dir[i].RateSpared = 0;
            if (!known || flow.Origin == i)
            {
                flow.Dir[i].RateTokens = unchecked((uint)-(1 << 30));
            }
        }
    });
}
