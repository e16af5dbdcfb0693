using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>How a rate_limit per connection or chain is dealt to those that share it.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RateShareTests(PacketBench bench)
{
    /// <summary>1 000 000 bytes per second.</summary>
    private const ulong Rate = 1_000_000;
    private const ulong RoundNanoseconds = 500_000_000;

    private static readonly Conversation s_first = new();
    private static readonly Conversation s_second = new() { Client = "192.0.2.77", ClientPort = 40001 };
    private static readonly Conversation s_stranger = new() { Client = "192.0.2.99", ClientPort = 40002, ClientKey = new(0x2122232425262728) };

    [Fact]
    public void Subflows_of_a_connection_share_one_limit_for_each_direction()
    {
        Start("connection");
        Open(s_first, s_first.Handshake);
        HoldRound();
        Open(s_second, s_second.JoinHandshake);

        Assert.Equal([(s_first.ConnectionId, (byte)0), (s_first.ConnectionId, (byte)1)], Keys());
        Assert.All(bench.Rates(), entry => Assert.Equal((Rate, Rate / 2, 2u), (entry.Value.Rate, entry.Value.Share, entry.Value.Hungry)));
    }

    [Fact]
    public void Another_connection_has_a_limit_of_its_own()
    {
        Start("connection");
        Open(s_first, s_first.Handshake);
        Open(s_stranger, s_stranger.Handshake);

        Assert.Equal(4, bench.Rates().Count);
        Assert.All(bench.Rates(), entry => Assert.Equal(Rate, entry.Value.Share));
    }

    [Fact]
    public void All_that_run_the_chain_share_its_limit()
    {
        Start("chain");
        Open(s_first, s_first.Handshake);
        HoldRound();
        Open(s_stranger, s_stranger.Handshake);

        Assert.Equal([(0ul, (byte)0), (0ul, (byte)1)], Keys());
        Assert.All(bench.Rates(), entry => Assert.Equal((Rate / 2, 2u), (entry.Value.Share, entry.Value.Hungry)));
    }

    [Fact]
    public void A_limit_per_subflow_is_not_shared()
    {
        Start("subflow");
        Open(s_first, s_first.Handshake);
        Open(s_second, s_second.JoinHandshake);

        Assert.Empty(bench.Rates());
        Assert.All(bench.Flows(), flow => Assert.All([flow.Dir[0].RateShare, flow.Dir[1].RateShare], share => Assert.Equal(Rate, share)));
    }

    [Theory]
    [InlineData(2u, 0ul, Rate / 2)]
    [InlineData(2u, 400_000ul, 300_000ul)]
    [InlineData(1u, 400_000ul, 600_000ul)]
    [InlineData(0u, 400_000ul, Rate)]
    [InlineData(1000u, 0ul, Rate / 64)]
    [InlineData(3u, 2_000_000ul, Rate / 64)]
    public void At_the_end_of_a_round_the_hungry_get_equal_parts_of_what_the_others_leave(uint hungry, ulong used, ulong share)
    {
        Start("connection");
        Open(s_first, s_first.Handshake);
        EndRound(rate =>
        {
            rate.Hungry = hungry;
            rate.Used = used;
            return rate;
        });

        Assert.All(bench.Rates(), entry => Assert.Equal((share, hungry, 0u), (entry.Value.Share, entry.Value.HungryBefore, entry.Value.Hungry)));
    }

    [Fact]
    public void What_was_sent_too_much_is_paid_back_by_all()
    {
        Start("connection");
        Open(s_first, s_first.Handshake);
        EndRound(rate =>
        {
            rate.Hungry = 2;
            rate.Time = ulong.MaxValue / 4;
            rate.Tokens = unchecked((ulong)-100_000L);
            return rate;
        });

        Assert.All(bench.Rates(), entry => Assert.InRange(entry.Value.Share, 449_000ul, 450_000ul));
    }

    [Fact]
    public void Far_above_the_shared_limit_all_are_policed()
    {
        Start("chain");
        Open(s_first, s_first.Handshake);
        EndRound(rate =>
        {
            rate.Round = 9;
            rate.Time = ulong.MaxValue / 4;
            rate.Tokens = unchecked((ulong)-900_000L);
            return rate;
        });
        bench.Ingress(s_first.Data(fromClient: false)).Untouched(PacketRun.XdpDrop);
        Assert.Equal(1ul, bench.StepReasons("limit")[Reason.Policed]);

        foreach ((SharedRateKey key, SharedRate value) in bench.Rates())
        {
            SharedRate rate = value;
            rate.Tokens = 0;
            bench.Share(key, rate);
        }

        Assert.Equal(PacketRun.XdpPass, bench.Ingress(s_first.Data(fromClient: false)).Verdict);
    }

    private void Start(string per) =>
        bench.Start($"  - {{name: limit, priority: 1, actors: [{{rate_limit: {{rate: 8Mbit/s, per: {per}}}}}]}}\n");

    /// <summary>The handshake and a segment each way.</summary>
    private void Open(Conversation talk, byte[][] handshake)
    {
        bench.Prepare(BenchPort.WireFar, handshake);
        bench.Prepare(BenchPort.WireFar, talk.Data());
        bench.Prepare(BenchPort.Wire, talk.Data(fromClient: false));
    }

    /// <summary>The round that has begun does not end, however slow the machine is.</summary>
    private void HoldRound()
    {
        foreach ((SharedRateKey key, SharedRate value) in bench.Rates())
        {
            SharedRate rate = value;
            rate.Begun = ulong.MaxValue / 4;
            rate.Share = Rate;
            (rate.Hungry, rate.HungryBefore) = (1, 0);
            bench.Share(key, rate);
        }
    }

    /// <summary>Rounds that began long ago, and packets by which they end.</summary>
    private void EndRound(Func<SharedRate, SharedRate> change)
    {
        foreach ((SharedRateKey key, SharedRate value) in bench.Rates())
        {
            SharedRate rate = change(value);
            rate.Begun -= 2 * RoundNanoseconds;
            bench.Share(key, rate);
        }

        bench.ChangeFlows((ref Flow flow) =>
        {
            for (int i = 0; i < 2; i++)
            {
                // Due to be looked at again, on the next packet.
                flow.Dir[i].RateReview -= 1000;
                flow.Dir[i].RateJiffies -= 1;
                flow.Dir[i].RateRound = bench.Rates()[0].Value.Round;
                flow.Dir[i].RateSpared = 0;
            }
        });
        bench.Prepare(BenchPort.WireFar, s_first.DataAck());
        bench.Prepare(BenchPort.Wire, s_first.DataAck(fromClient: false));
    }

    private IEnumerable<(ulong Connection, byte Side)> Keys() => bench.Rates().Select(entry => (entry.Key.Connection, entry.Key.Side)).Order();
}
