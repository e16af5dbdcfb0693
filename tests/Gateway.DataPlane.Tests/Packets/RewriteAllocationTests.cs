using System.Buffers.Binary;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>rewrite: a 4-tuple belongs to one flow at a time.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RewriteAllocationTests(PacketBench bench)
{
    private const int SourcePort = 34;

    private static readonly Conversation s_flow = new() { ServerPort = 5202 };

    [Fact]
    public void Each_flow_gets_a_port_of_its_own_until_none_is_left()
    {
        bench.Start(Rewrite("src: 203.0.113.1, src_port: \"50000-50015\""));
        Conversation[] flows = [.. Enumerable.Range(0, 17).Select(i => s_flow with { Client = $"192.0.2.{i + 1}" })];
        ushort[] ports = [.. flows[..16].Select(PortOf)];
        Assert.Equal(Enumerable.Range(50000, 16), ports.Select(p => (int)p).Order());
        bench.Ingress(flows[16].Syn).Untouched();
        Assert.Equal(new() { [Reason.Done] = 16, [Reason.Collision] = 1 }, bench.StepReasons("away"));

        for (int i = 0; i < 16; i++)
        {
            Conversation outside = s_flow with { Client = "203.0.113.1", ClientPort = ports[i] };
            bench.Ingress(outside.SynAck).Became(flows[i].SynAck).WithChecksums();
            bench.Ingress(flows[i].Data()).Became(outside.Data()).WithChecksums();
        }
    }

    [Fact]
    public void A_port_of_the_range_is_kept_when_it_is_free()
    {
        bench.Start(Rewrite("src: 203.0.113.1, src_port: \"40000-40001\""));
        Assert.Equal(40000, PortOf(s_flow));
        Assert.Equal(40001, PortOf(s_flow with { Client = "192.0.2.9" }));
    }

    [Fact]
    public void The_4_tuple_of_a_flow_that_passes_as_it_is_is_not_given_again()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        Conversation native = s_flow with { ServerPort = 5201 };
        bench.Prepare(BenchPort.Host, native.Handshake);
        bench.Ingress(s_flow.Syn).Untouched();
        Assert.Equal(1ul, bench.StepReasons("away")[Reason.Collision]);

        // Once it has ended it is.
        bench.Prepare(BenchPort.Host, native.Bare(true, TcpFlags.Rst).Build());
        bench.Ingress(s_flow.Syn).Became(native.Syn).WithChecksums();
    }

    [Fact]
    public void Two_flows_do_not_become_one()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        Conversation other = s_flow with { ServerPort = 5203 };
        Conversation after = s_flow with { ServerPort = 5201 };
        bench.Ingress(s_flow.Syn).Became(after.Syn);
        bench.Ingress(other.Syn).Untouched();
        bench.Ingress(after.SynAck).Became(s_flow.SynAck);
        Assert.Equal(1ul, bench.StepReasons("away")[Reason.Collision]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flow_that_ended_leaves_its_4_tuple_after_a_minute(bool reset)
    {
        bench.Start(Rewrite("dst_port: 5201"));
        Conversation other = s_flow with { ServerPort = 5203 }, after = s_flow with { ServerPort = 5201 };
        bench.Ingress(s_flow.Syn).Became(after.Syn);
        TcpFlags end = reset ? TcpFlags.Rst : TcpFlags.Fin | TcpFlags.Ack;
        bench.Ingress(s_flow.Bare(true, end).Build()).Became(after.Bare(true, end).Build());
        if (!reset)
        {
            bench.AgeRewrites(TimeSpan.FromMinutes(2));
            bench.Ingress(other.Syn).Untouched();
            bench.Ingress(after.Bare(false, end).Build()).Became(s_flow.Bare(false, end).Build());
        }

        // Its last segments still come.
        bench.Ingress(s_flow.DataAck()).Became(after.DataAck());
        bench.Ingress(other.Syn).Untouched();
        bench.AgeRewrites(TimeSpan.FromMinutes(2));
        byte[] syn = other.Opening(true, MptcpOptions.MpCapable()).WithSequence(5).Build();
        bench.Ingress(syn).Became(after.Opening(true, MptcpOptions.MpCapable()).WithSequence(5).Build()).WithChecksums();
        bench.Ingress(after.SynAck).Became(other.SynAck);
        Assert.Equal(2, bench.Rewrites().Count);
    }

    [Fact]
    public void A_flow_without_packets_for_long_leaves_its_4_tuple()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        Conversation other = s_flow with { ServerPort = 5203 }, after = s_flow with { ServerPort = 5201 };
        bench.Ingress(s_flow.Syn);
        bench.AgeRewrites(TimeSpan.FromHours(2));
        bench.Ingress(other.Syn).Untouched();
        bench.AgeRewrites(TimeSpan.FromHours(1));
        // The clock of a machine that just started may not reach so far back.
        if (bench.Rewrites().All(r => r.Value.Seen > 0))
        {
            bench.Ingress(other.Syn).Became(after.Syn);
        }
    }

    [Fact]
    public void A_table_without_room_for_both_sides_is_counted_and_the_flow_stays_as_it_is()
    {
        using var full = new PacketBench(flowEntries: 1);
        full.Apply(Rewrite("dst_port: 5201"));
        full.Ingress(s_flow.Syn).Untouched();
        full.Ingress(s_flow.SynAck).Untouched();
        full.Ingress((s_flow with { ServerPort = 5201 }).SynAck).Untouched();
        Assert.Equal(1ul, full.StepReasons("away")[Reason.RewriteTableFull]);
        Assert.Empty(full.Rewrites());
    }

    [Fact]
    public void A_flow_whose_other_side_is_lost_or_anothers_is_forgotten()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        Conversation other = s_flow with { ServerPort = 5203 }, after = s_flow with { ServerPort = 5201 };
        bench.Ingress(s_flow.Syn).Became(after.Syn);
        bench.LoseRewrites(RewriteSide.Translated);
        bench.Ingress(other.Syn).Became(after.Syn);
        bench.Ingress(s_flow.DataAck()).Untouched();
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.RewriteTableFull));

        // The one that has the 4-tuple now keeps it.
        bench.Ingress(s_flow.Bare(true, TcpFlags.Rst).Build()).Untouched();
        bench.Ingress(after.SynAck).Became(other.SynAck).WithChecksums();
        bench.Ingress(other.DataAck()).Became(after.DataAck()).WithChecksums();
        Assert.Equal(2, bench.Rewrites().Count);
        Assert.All(bench.Rewrites(), r => Assert.Equal(0, r.Value.Ended));
    }

    [Fact]
    public void Flows_that_send_outlive_others_when_the_table_overflows()
    {
        using var small = new PacketBench(flowEntries: 256);
        small.Apply(Rewrite("dst_port: 5201"));
        Conversation after = s_flow with { ServerPort = 5201 };
        small.Ingress(s_flow.Syn).Became(after.Syn);
        for (int i = 1; i <= 2000; i++)
        {
            _ = small.Ingress((s_flow with { ClientPort = (ushort)(s_flow.ClientPort + i) }).Syn);
            small.Ingress(s_flow.DataAck()).Became(after.DataAck()).WithChecksums();
            small.Ingress(after.DataAck(false)).Became(s_flow.DataAck(false)).WithChecksums();
        }
    }

    [Fact]
    public void A_new_connection_by_the_same_ports_is_decided_anew()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        bench.Ingress(s_flow.Syn);
        bench.Apply(Rewrite("dst_port: 5299"));
        bench.Ingress(s_flow.Syn).Became((s_flow with { ServerPort = 5201 }).Syn);
        bench.Ingress(s_flow.Opening(true).WithSequence(5).Build())
            .Became((s_flow with { ServerPort = 5299 }).Opening(true).WithSequence(5).Build()).WithChecksums();
        Assert.Equal(2, bench.Rewrites().Count);
    }

    [Fact]
    public void A_flow_that_enters_with_a_given_4_tuple_is_not_taken_for_the_rewritten_one()
    {
        bench.Start(Rewrite("dst_port: 5201"));
        bench.Ingress(s_flow.Syn);
        Conversation native = s_flow with { ServerPort = 5201 };
        bench.Ingress(native.Syn).Untouched();
        Assert.Equal(2, bench.Flows().Count);
    }

    private ushort PortOf(Conversation flow)
    {
        byte[] output = bench.Ingress(flow.Syn).WithChecksums().Output;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(output.AsSpan(SourcePort));
        FrameDiff.AssertEqual((flow with { Client = "203.0.113.1", ClientPort = port }).Syn, output);
        return port;
    }

    private static string Rewrite(string what) => $"  - {{name: away, priority: 1, actors: [{{rewrite: {{{what}}}}}]}}\n";
}
