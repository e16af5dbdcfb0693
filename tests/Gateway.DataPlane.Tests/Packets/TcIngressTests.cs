using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>The TC program at ingress: what XDP does there, on socket buffers.</summary>
[Collection(OnPacketBench.Name)]
public sealed class TcIngressTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flows_and_connections_are_learnt(bool v6)
    {
        Conversation conversation = v6 ? Conversation.V6 : s_v4;
        bench.Start("  - {name: in, priority: 1, hooks: [ingress], select: {connection: {subflow: 1}}, actors: [count]}\n");
        foreach (byte[] frame in conversation.Handshake)
        {
            bench.TcIngress(frame).Untouched(PacketRun.TcUnspecified);
        }

        bench.TcIngress(conversation.Data()).Untouched(PacketRun.TcUnspecified);

        Flow flow = bench.OnlyFlow();
        Assert.Equal((conversation.ConnectionId, (ushort)1), (flow.Connection, flow.Ordinal));
        Assert.Equal((byte)BenchPort.Host, flow.Dir[0].IngressPort);
        Assert.True(bench.ChainPackets("in") > 0);
        PortStats ingress = bench.PortStats(BenchPort.Host, Hook.Ingress);
        Assert.Equal((ulong)conversation.Handshake.Length + 1, ingress.Packets);
        Assert.Equal(0ul, bench.PortStats(BenchPort.Host, Hook.Egress).Packets);
    }

    [Fact]
    public void Chains_of_the_egress_hook_do_not_run()
    {
        bench.Start("  - {name: out, priority: 1, hooks: [egress], actors: [drop]}\n");
        bench.TcIngress(s_v4.Data()).Untouched(PacketRun.TcUnspecified);
        Assert.Equal(PacketRun.TcShot, bench.Egress(s_v4.Data()).Verdict);
    }

    [Fact]
    public void Checksums_nobody_declared_can_be_edited()
    {
        bench.Start("  - {name: demote, priority: 1, hooks: [ingress], actors: [{set_backup: on}]}\n");
        bench.Prepare(BenchPort.Host, s_v4.Handshake);
        byte[] frame = s_v4.Data();
        bench.TcIngress(frame, BenchPort.Unknown)
            .Became(FrameRewriter.PlacePrio(frame, true, ChecksumState.Complete).Frame.Span, PacketRun.TcUnspecified).WithChecksums();
        Dictionary<Reason, ulong> reasons = bench.StepReasons("demote");
        Assert.Equal(1ul, reasons[Reason.Done]);
        Assert.DoesNotContain(Reason.CsumUnknown, reasons.Keys);
    }

    [Fact]
    public void Verdicts_are_those_of_TC()
    {
        bench.Start("  - {name: away, priority: 1, hooks: [ingress], actors: [{redirect: {port: wire, mac: keep}}]}\n");
        bench.TcIngress(s_v4.Data()).Untouched(PacketRun.TcRedirect);
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Redirected));
        bench.Start("  - {name: gone, priority: 1, hooks: [ingress], actors: [drop]}\n");
        Assert.Equal(PacketRun.TcShot, bench.TcIngress(s_v4.Data()).Verdict);
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Dropped));
    }
}
