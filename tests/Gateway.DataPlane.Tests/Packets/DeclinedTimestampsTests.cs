using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Round trips of connections whose initiator offers timestamps in vain (RFC 7323, section 3.2).</summary>
[Collection(OnPacketBench.Name)]
public sealed class DeclinedTimestampsTests(PacketBench bench)
{
    [Theory]
    [InlineData(1u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0x80000fffu)]
    public void The_handshake_gives_the_first_round_trip_whatever_the_clock_says(uint clock)
    {
        var conversation = new Conversation { Timestamps = false };
        bench.Start("  - {name: all, priority: 1, actors: [count]}\n");
        bench.Prepare(
            BenchPort.Host,
            conversation.Opening(true, TcpOption.Timestamps(clock, 0), TcpOption.NoOperation, TcpOption.NoOperation, MptcpOptions.MpCapable()).Build(),
            conversation.SynAck,
            conversation.Ack);
        Flow flow = bench.OnlyFlow();
        Assert.NotEqual(0u, flow.Dir[0].HalfRtt);
        Assert.NotEqual(0u, flow.Dir[1].HalfRtt);
    }
}
