using System.Globalization;
using System.Text;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Which chain runs on a packet; verdicts of the chains tell it, with their counters.</summary>
[Collection(OnPacketBench.Name)]
public sealed class ClassificationTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();

    [Fact]
    public void The_highest_priority_wins_and_ties_go_to_the_first()
    {
        bench.Start("""
              - {name: low, priority: 1, actors: [count]}
              - {name: first, priority: 7, actors: [count]}
              - {name: second, priority: 7, actors: [count]}
              - {name: elsewhere, priority: 9, select: {src_port: 1}, actors: [count]}
            """);
        bench.Prepare(BenchPort.Host, s_v4.Data());
        Assert.Equal([0, 1, 0, 0], Ran("low", "first", "second", "elsewhere"));
    }

    [Theory]
    [InlineData("syn")]
    [InlineData("syn_ack")]
    [InlineData("fin")]
    [InlineData("rst")]
    [InlineData("pure_ack")]
    [InlineData("data")]
    [InlineData("mp_capable")]
    [InlineData("mp_join")]
    [InlineData("dss")]
    [InlineData("data_ack")]
    [InlineData("add_addr4")]
    [InlineData("add_addr6")]
    [InlineData("add_addr")]
    [InlineData("add_addr_echo")]
    [InlineData("remove_addr")]
    [InlineData("mp_prio")]
    [InlineData("mp_fail")]
    [InlineData("mp_fastclose")]
    [InlineData("mp_tcprst")]
    [InlineData("plain_tcp")]
    [InlineData("mptcp")]
    public void A_packet_type_selects_the_packets_of_its_name(string type)
    {
        bench.Start($"  - {{name: typed, priority: 2, select: {{packet_type: {type}}}, actors: [drop]}}\n  - {{name: rest, priority: 1, actors: [count]}}\n");
        foreach ((string types, byte[] frame) in Zoo())
        {
            // A flow of its own each time: a RST ends one, and a first RST does not begin one.
            bench.Forget();
            bench.Prepare(BenchPort.WireFar, s_v4.Syn, s_v4.SynAck);
            uint expected = types.Split(' ').Any(t => t == type || (type == "add_addr" && t is "add_addr4" or "add_addr6")) ? PacketRun.XdpDrop : PacketRun.XdpPass;
            Assert.True(expected == bench.Ingress(frame).Verdict, $"{type} on: {types}");
        }
    }

    [Fact]
    public void Conditions_on_the_packet_combine()
    {
        bench.Start("""
              - {name: join-syn, priority: 9, select: {all: [{packet_type: syn}, {packet_type: mp_join}]}, actors: [count]}
              - {name: data-no-dss, priority: 8, select: {all: [{packet_type: data}, {not: {packet_type: dss}}]}, actors: [count]}
              - {name: either, priority: 7, select: {packet_type: [fin, add_addr]}, actors: [count]}
              - {name: none, priority: 1, select: {not: {packet_type: mptcp}}, actors: [count]}
            """);
        bench.Prepare(BenchPort.Host, s_v4.JoinSyn, s_v4.Syn, s_v4.Data(), s_v4.Packet(true).WithPayload(1).Build(), s_v4.Packet(true).Build(),
            s_v4.Packet(true).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build(), s_v4.AddAddr(System.Net.IPAddress.Loopback));
        Assert.Equal([1, 1, 2, 1], Ran("join-syn", "data-no-dss", "either", "none"));
        Assert.Equal(2ul, bench.PortCount(BenchPort.Host, Reason.NoMatch));
    }

    [Fact]
    public void More_terms_than_a_flow_remembers_are_looked_at_for_each_packet()
    {
        string[] types = ["syn", "fin", "add_addr", "remove_addr", "mp_prio", "mp_fail", "mp_fastclose", "pure_ack"];
        var chains = new StringBuilder();
        for (int i = 0; i < types.Length; i++)
        {
            chains.Append(CultureInfo.InvariantCulture, $"  - {{name: c{i}, priority: {100 - i}, select: {{packet_type: {types[i]}}}, actors: [count]}}\n");
        }

        chains.Append("  - {name: rest, priority: 1, actors: [count]}\n");
        bench.Start(chains.ToString());
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        foreach (byte[] frame in (byte[][])
        [
            s_v4.Syn,
            s_v4.Packet(true).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build(),
            s_v4.AddAddr(System.Net.IPAddress.Loopback),
            s_v4.Packet(false, MptcpOptions.RemoveAddr(1)).Build(),
            s_v4.Packet(false, MptcpOptions.MpPrio(true)).Build(),
            s_v4.Packet(false, MptcpOptions.MpFail(1)).Build(),
            s_v4.Packet(false, MptcpOptions.MpFastclose(s_v4.ClientKey)).Build(),
            s_v4.DataAck(),
            s_v4.Data(),
        ])
        {
            bench.Prepare(BenchPort.Host, frame);
        }

        Flow flow = bench.OnlyFlow();
        Assert.Contains(true, Enumerable.Range(0, 4).Select(i => ((FlowClassFlag)flow.Class[i].Flags & FlowClassFlag.Overflow) != 0));

        // Beside those: the SYN, the SYN/ACK and the third ACK of the handshake.
        Assert.Equal([2, 1, 1, 1, 1, 1, 1, 2, 2], Ran([.. types.Select((_, i) => $"c{i}"), "rest"]));
    }

    [Fact]
    public void Exact_subflows_are_told_from_their_neighbours_in_both_directions()
    {
        bench.Start("""
              - {name: exact, priority: 9, select: {subflow: {src: 192.0.2.1, src_port: 40000, dst: 198.51.100.2, dst_port: 5201}}, actors: [count]}
              - {name: six, priority: 9, select: {subflow: {src: "2001:db8::1", src_port: 40000, dst: "2001:db8:9::2", dst_port: 5201}}, actors: [count]}
              - {name: net, priority: 1, select: {ip_pair: {a: 192.0.2.0/24, b: 198.51.100.0/24}}, actors: [count]}
            """);
        bench.Prepare(BenchPort.Host, s_v4.Data(), s_v4.Data(fromClient: false), Conversation.V6.Data(), Conversation.V6.Data(fromClient: false));
        bench.Prepare(BenchPort.Host, (s_v4 with { ClientPort = 40001 }).Data(), (s_v4 with { ServerPort = 5202 }).Data(false), (s_v4 with { Client = "192.0.2.2" }).Data());
        bench.Prepare(BenchPort.Host, (s_v4 with { Client = "192.0.3.1" }).Data(), (Conversation.V6 with { ClientPort = 1 }).Data());
        Assert.Equal([2, 2, 3], Ran("exact", "six", "net"));
        Assert.Equal(2ul, bench.PortCount(BenchPort.Host, Reason.NoMatch));
    }

    [Fact]
    public void Ports_hooks_and_directions_tell_packets_apart()
    {
        bench.Start("""
              - {name: original, priority: 9, hooks: [ingress], ports: [host], select: {direction: original}, actors: [count]}
              - {name: reply, priority: 8, hooks: [ingress, egress], select: {all: [{direction: reply}, {src_port: 5000-5300}]}, actors: [count]}
              - {name: out, priority: 7, hooks: [egress], ports: [partial], actors: [count]}
              - {name: rest, priority: 6, hooks: [ingress], actors: [count]}
            """);
        bench.Prepare(BenchPort.Host, (s_v4 with { ClientPort = 1 }).Data());
        bench.Prepare(BenchPort.Host, s_v4.Handshake);
        bench.Prepare(BenchPort.Partial, s_v4.Data());
        _ = bench.Egress(s_v4.Data(false), BenchPort.Host);
        _ = bench.Egress(s_v4.Data(true), BenchPort.Host);
        _ = bench.Egress(s_v4.Data(true), BenchPort.Partial);
        Assert.Equal([2, 2, 1, 2], Ran("original", "reply", "out", "rest"));
    }

    [Fact]
    public void A_new_generation_takes_effect_for_known_flows_and_none_passes_all()
    {
        bench.Start("  - {name: first, priority: 1, actors: [count]}\n");
        bench.Prepare(BenchPort.Host, s_v4.Handshake);
        Assert.Equal(PacketRun.XdpPass, bench.Ingress(s_v4.Data()).Verdict);
        bench.Apply("  - {name: second, priority: 1, actors: [drop]}\n");
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(s_v4.Data()).Verdict);
        bench.Apply("  - {name: third, priority: 1, hooks: [egress], actors: [drop]}\n");
        bench.Ingress(s_v4.Data()).Untouched();
        Assert.Equal(PacketRun.TcShot, bench.Egress(s_v4.Data()).Verdict);
        bench.Clear();
        Assert.Equal(0u, bench.GenerationInForce);
        bench.Ingress(s_v4.Data()).Untouched();
        bench.Egress(s_v4.Data()).Untouched(PacketRun.TcUnspecified);
        for (int i = 0; i < 10; i++)
        {
            bench.Apply($"  - {{name: again, priority: 1, actors: [{(i % 2 == 0 ? "drop" : "count")}]}}\n");
            Assert.Equal(i % 2 == 0 ? PacketRun.XdpDrop : PacketRun.XdpPass, bench.Ingress(s_v4.Data()).Verdict);
        }
    }

    [Fact]
    public void Counters_of_a_chain_go_on_over_generations()
    {
        bench.Start("  - {name: kept, priority: 1, actors: [count]}\n");
        bench.Prepare(BenchPort.Host, s_v4.Data());
        bench.Apply("  - {name: new, priority: 5, select: {src_port: 1}, actors: [count]}\n  - {name: kept, priority: 1, actors: [count]}\n");
        bench.Prepare(BenchPort.Host, s_v4.Data());
        Assert.Equal([2, 0], Ran("kept", "new"));
    }

    [Fact]
    public void A_chain_stops_at_drop()
    {
        bench.Start("  - {name: c, priority: 1, actors: [count, drop]}\n");
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(s_v4.Data()).Verdict);
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("c", 0));
        Assert.Equal(new() { [Reason.Dropped] = 1 }, bench.StepReasons("c", 1));
    }

    private int[] Ran(params string[] chains) => [.. chains.Select(c => (int)bench.ChainPackets(c))];

    /// <summary>Packets with all the types they are of, as a policy names them.</summary>
    private static IEnumerable<(string Types, byte[] Frame)> Zoo()
    {
        var four = System.Net.IPAddress.Parse("203.0.113.1");
        var six = System.Net.IPAddress.Parse("2001:db8::99");
        Conversation bare = s_v4 with { Timestamps = false };
        yield return ("syn mp_capable mptcp", s_v4.Syn);
        yield return ("syn_ack mp_capable mptcp", s_v4.SynAck);
        yield return ("pure_ack mp_capable mptcp", s_v4.Ack);
        yield return ("syn mp_join mptcp", s_v4.JoinSyn);
        yield return ("pure_ack mp_join mptcp", s_v4.JoinAck);
        yield return ("syn plain_tcp", s_v4.Opening(true).Build());
        yield return ("data dss data_ack mptcp", s_v4.Data());
        yield return ("data dss mptcp", s_v4.Packet(true, MptcpOptions.Dss(mapping: (1, 1, 4))).WithPayload(1, 2, 3, 4).Build());
        yield return ("pure_ack dss data_ack mptcp", s_v4.DataAck());
        yield return ("pure_ack plain_tcp", s_v4.Packet(true).Build());
        yield return ("data plain_tcp", s_v4.Packet(true).WithPayload(1).Build());
        yield return ("fin dss data_ack mptcp", s_v4.Packet(true, MptcpOptions.Dss(1)).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build());
        yield return ("fin data plain_tcp", s_v4.Packet(true).WithPayload(1).WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build());
        yield return ("pure_ack add_addr4 mptcp", s_v4.AddAddr(four));
        yield return ("pure_ack add_addr6 mptcp", bare.AddAddr(six));
        yield return ("pure_ack add_addr_echo mptcp", s_v4.Packet(true, MptcpOptions.AddAddrEcho(1, four)).Build());
        yield return ("pure_ack remove_addr mptcp", s_v4.Packet(true, MptcpOptions.RemoveAddr(1, 2)).Build());
        yield return ("pure_ack mp_prio mptcp", s_v4.Packet(true, MptcpOptions.MpPrio(true)).Build());
        yield return ("pure_ack mp_fail mptcp", s_v4.Packet(true, MptcpOptions.MpFail(1)).Build());
        yield return ("pure_ack mp_fastclose mptcp", s_v4.Packet(true, MptcpOptions.MpFastclose(s_v4.ClientKey)).Build());
        yield return ("rst mp_tcprst mptcp", s_v4.Packet(true, MptcpOptions.MpTcprst(0, 1)).WithFlags(TcpFlags.Rst | TcpFlags.Ack).Build());
        yield return ("rst plain_tcp", s_v4.Bare(true, TcpFlags.Rst).Build());
    }
}
