using Gateway.Mptcp.Options;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Conditions on where a packet's payload stands in its connection and its subflow.</summary>
[Collection(OnPacketBench.Name)]
public sealed class SequenceConditionTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();
    private static readonly Conversation s_join = s_v4 with { ClientPort = 40001 };

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Data_is_selected_by_its_place_in_the_connection(bool fromClient, bool wide)
    {
        bench.StartSelector("sequence: {data: \"1000-1999\"}", s_v4.Handshake);
        foreach ((ulong place, bool expected) in ((ulong, bool)[])[(0, false), (999, false), (1000, true), (1999, true), (2000, false), (1500, true)])
        {
            Assert.Equal(expected, bench.Selects(s_v4.Mapped(place, (uint)place, 100, fromClient, wide)));
        }

        // The other direction counts for itself, and so do packets without payload or without a mapping.
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 100, !fromClient, wide)));
        Assert.False(bench.Selects(s_v4.DataAck(fromClient)));
        Assert.False(bench.Selects(s_v4.Packet(fromClient, MptcpOptions.Dss(7)).WithSequence(5000).WithPayload(1, 2).Build()));
    }

    [Fact]
    public void Each_segment_of_a_mapping_has_its_own_place()
    {
        bench.StartSelector("sequence: {data: \"2460-2500\"}", s_v4.Handshake);
        TcpOption mapping = MptcpOptions.Dss(7, false, (s_v4.FirstData(true) + 1000, 1 + 40, 3000));
        foreach ((uint offset, bool expected) in ((uint, bool)[])[(0, false), (1460, true), (2920, false)])
        {
            Assert.Equal(expected, bench.Selects(s_v4.Packet(true, mapping).WithSequence(1000 + 40 + offset).WithPayload(1, 2, 3).Build()));
        }
    }

    [Fact]
    public void The_first_data_is_mapped_by_MP_CAPABLE()
    {
        bench.StartSelector("sequence: {data: 0}", s_v4.Syn, s_v4.SynAck);
        Assert.True(bench.Selects(s_v4.Packet(true, MptcpOptions.MpCapable(s_v4.ClientKey, s_v4.ServerKey, 3)).WithPayload(1, 2, 3).Build()));
        Assert.False(bench.Selects(s_v4.Mapped(3, 3, 1)));
    }

    [Fact]
    public void Short_data_sequence_numbers_go_on_beyond_their_end()
    {
        const ulong wrap = 1ul << 32;
        bench.StartSelector($"sequence: {{data: \"{wrap - 50}-{wrap + 49}\"}}", s_v4.Handshake);
        for (ulong place = 0; place < wrap - 200; place += 1u << 30)
        {
            Assert.False(bench.Selects(s_v4.Mapped(place, (uint)place, 100, wide: false)));
        }

        Assert.False(bench.Selects(s_v4.Mapped(wrap - 100, unchecked((uint)(wrap - 100)), 50, wide: false)));
        Assert.True(bench.Selects(s_v4.Mapped(wrap - 50, unchecked((uint)(wrap - 50)), 100, wide: false)));
        Assert.True(bench.Selects(s_v4.Mapped(wrap + 49, 49, 1, wide: false)));
        Assert.False(bench.Selects(s_v4.Mapped(wrap + 50, 50, 10, wide: false)));
        // A retransmission lies behind, not four gigabytes ahead.
        Assert.True(bench.Selects(s_v4.Mapped(wrap - 50, unchecked((uint)(wrap - 50)), 100, wide: false)));
    }

    [Fact]
    public void Data_is_placed_on_joined_subflows_whoever_opened_them()
    {
        bench.StartSelector("sequence: {data: \"1000-\"}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.False(bench.Selects(s_join.Mapped(900, 0, 100)));
        Assert.True(bench.Selects(s_join.Mapped(1000, 100, 100)));

        // Opened by the server: the token is the client's, and its sender's data is the server's.
        Conversation back = s_v4 with { Client = s_v4.Server, Server = s_v4.Client, ClientPort = 6000, ServerPort = 40000, ClientKey = s_v4.ServerKey, ServerKey = s_v4.ClientKey };
        bench.Prepare(BenchPort.WireFar, back.JoinHandshake);
        Assert.True(bench.Selects(back.Mapped(1000, 0, 100)));
        Assert.False(bench.Selects(back.Mapped(0, 100, 100)));
    }

    [Fact]
    public void Subflow_data_is_selected_by_its_place_in_the_subflow()
    {
        const ulong wrap = 1ul << 32;
        bench.StartSelector($"sequence: {{subflow: [\"100-199\", \"{wrap - 10}-{wrap + 9}\"]}}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        foreach ((uint place, bool expected) in ((uint, bool)[])[(0, false), (100, true), (199, true), (200, false), (150, true)])
        {
            Assert.Equal(expected, bench.Selects(s_join.Mapped(7, place, 50)));
            Assert.Equal(expected, bench.Selects(s_v4.Packet(false).WithSequence(2000 + place).WithPayload(new byte[50]).Build()));
        }

        Assert.False(bench.Selects(s_v4.DataAck()));
        for (ulong place = 1u << 30; place < wrap; place += 1u << 30)
        {
            Assert.False(bench.Selects(s_join.Mapped(7, (uint)place, 50)));
        }

        Assert.True(bench.Selects(s_join.Mapped(7, unchecked((uint)(wrap - 10)), 50)));
        Assert.True(bench.Selects(s_join.Mapped(7, 9, 50)));
        Assert.False(bench.Selects(s_join.Mapped(7, 60, 50)));
    }

    [Fact]
    public void Both_sequences_must_hold_together()
    {
        bench.StartSelector("sequence: {data: \"0-99\", subflow: \"100-\"}", s_v4.Handshake);
        Assert.True(bench.Selects(s_v4.Mapped(0, 100, 10)));
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 10)));
        Assert.False(bench.Selects(s_v4.Mapped(100, 110, 10)));
    }
}
