using System.Net;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Gateway.Lab;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;
using Gateway.Policy;
using Hook = Gateway.DataPlane.Abi.Hook;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Captured packets: headers before and after, the chain and what its actors did, beside the policy as it runs.</summary>
[Collection(OnPacketBench.Name)]
public sealed class CaptureTests : IDisposable
{
    private static readonly Conversation s_v4 = new();
    private static readonly Conversation s_v6 = new() { Client = "2001:db8::1", Server = "2001:db8::2" };

    private readonly PacketBench _bench;
    private readonly List<CapturedPacket> _captured = [];
    private readonly RingBuffer _ring;

    public CaptureTests(PacketBench bench)
    {
        _bench = bench;
        _ring = new RingBuffer(bench.Maps.Captures, record =>
        {
            Assert.True(EventDecoder.TryDecodeCapture(record, KernelClock.Read(TimeProvider.System), index => $"port{index}", out CapturedPacket? packet));
            _captured.Add(packet);
        });
        _ = Captured();
    }

    public void Dispose() => _ring.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Headers_before_and_after_are_those_of_the_frame(bool v6)
    {
        Conversation talk = v6 ? s_v6 : s_v4;
        Start("  - {name: demote, priority: 9, actors: [{set_backup: on}, count]}\n", talk, new AllSelector([]));
        PacketRun run = _bench.Ingress(talk.DataAck()).WithChecksums();

        CapturedPacket packet = Assert.Single(Captured());
        Assert.Equal(
            ("port0", Hook.Ingress, 0, Direction.Original, IPAddress.Parse(talk.Client), talk.ServerPort, talk.ConnectionId, Reason.None),
            (packet.Event.Nic, packet.Event.Hook, packet.Event.Chain, packet.Event.Direction, packet.Event.Source, packet.Event.DestinationPort, packet.Event.ConnectionId, packet.Fate));
        Assert.Equal((Reason.Done, Reason.Done, Reason.None), (packet.Event.Results[0], packet.Event.Results[1], packet.Event.Results[2]));
        Assert.Equal(Headers(run.Input), packet.Before.ToArray());
        Assert.Equal(Headers(run.Output), packet.After.ToArray());
        Assert.Equal((run.Input.Length, run.Output.Length), (packet.LengthBefore, packet.LengthAfter));
        // A frame without payload: its checksum can be computed from the headers alone.
        Assert.NotEqual(packet.Before.ToArray(), packet.After.ToArray());
        Assert.Equal(ChecksumVerdict.Valid, FrameChecksums.Verify(packet.After.Span).Tcp);
    }

    [Fact]
    public void Payload_is_not_captured()
    {
        Start("  - {name: all, priority: 9, actors: [count]}\n", s_v4, new AllSelector([]));
        byte[] frame = s_v4.Data(bytes: 1000);
        _bench.Ingress(frame).Untouched();
        CapturedPacket packet = Assert.Single(Captured());
        Assert.Equal((frame.Length, frame.Length), (packet.LengthBefore, packet.LengthAfter));
        Assert.Equal(Headers(frame), packet.Before.ToArray());
        Assert.Equal(Headers(frame), packet.After.ToArray());
    }

    [Fact]
    public void Only_selected_packets_are_captured_whichever_chain_they_run()
    {
        Start(
            """
              - {name: server, priority: 9, select: {packet_type: [data]}, actors: [count]}
            """,
            s_v4,
            new DestinationPortSelector([new PortRange(s_v4.ServerPort, s_v4.ServerPort)]));
        _bench.Ingress(s_v4.Data()).Untouched();
        _bench.Ingress(s_v4.DataAck()).Untouched();
        _bench.Ingress(s_v4.Data(fromClient: false)).Untouched();
        _bench.Ingress(s_v4.DataAck(fromClient: false)).Untouched();

        Assert.Equal([0, -1], Captured().Select(p => p.Event.Chain));
        Assert.Equal(2ul, _bench.ChainPackets("server"));
    }

    [Fact]
    public void Drops_and_redirects_are_told_and_where_to()
    {
        Start(
            """
              - {name: gone, priority: 9, select: {packet_type: [data]}, actors: [drop]}
              - {name: moved, priority: 1, actors: [{redirect: {port: narrow, mac: keep}}]}
            """,
            s_v4,
            new AllSelector([]));
        Assert.Equal(PacketRun.XdpDrop, _bench.Ingress(s_v4.Data()).Verdict);
        Assert.Equal(PacketRun.XdpRedirect, _bench.Ingress(s_v4.DataAck()).WithChecksums().Verdict);

        IReadOnlyList<CapturedPacket> captured = Captured();
        Assert.Equal([(Reason.Dropped, null), (Reason.Redirected, $"port{(int)BenchPort.Narrow}")], captured.Select(p => (p.Fate, p.Target)));
        Assert.Equal([Reason.Dropped, Reason.Redirected], captured.Select(p => p.Event.Results[0]));
    }

    [Fact]
    public void Every_program_captures()
    {
        Start("  - {name: demote, priority: 9, hooks: [ingress, egress], actors: [{set_backup: on}]}\n", s_v4, new AllSelector([]));
        PacketRun[] runs =
        [
            _bench.TcIngress(s_v4.DataAck()), _bench.Egress(s_v4.DataAck(fromClient: false)), _bench.Devmap(s_v4.DataAck()),
        ];
        IReadOnlyList<CapturedPacket> captured = Captured();
        Assert.Equal([Hook.Ingress, Hook.Egress, Hook.Egress], captured.Select(p => p.Event.Hook));
        Assert.Equal(runs.Select(r => Convert.ToHexString(Headers(r.Input))), captured.Select(p => Convert.ToHexString(p.Before.Span)));
        Assert.Equal(runs.Select(r => Convert.ToHexString(Headers(r.Output))), captured.Select(p => Convert.ToHexString(p.After.Span)));
    }

    [Fact]
    public void A_full_ring_loses_captures_and_counts_them_while_packets_pass()
    {
        Start("  - {name: all, priority: 9, actors: [count]}\n", s_v4, new AllSelector([]));
        for (int i = 0; i < 2000; i++)
        {
            _bench.Ingress(s_v4.DataAck()).Untouched();
        }

        int got = Captured().Count;
        Assert.InRange(got, 1000, 1999);
        Assert.Equal((ulong)(2000 - got), _bench.PortCount(BenchPort.Host, Reason.CaptureLost));
        Assert.Equal(2000ul, _bench.ChainPackets("all"));
        FaultTable.Withstood("the ring buffer of captures is full", "packets pass, lost captures are counted");
    }

    private void Start(string chains, Conversation talk, Selector capture)
    {
        _bench.Reset();
        _bench.Prepare(BenchPort.WireFar, talk.Handshake);
        string yaml = $"version: 1\nname: test\nchains:\n{chains}";
        PolicyDocument document = PolicyReader.Read(yaml).Document!;
        PolicyLoadResult loaded = PolicyLoader.Load(document, PacketBench.Ports, CompilerLimits.Default, capture);
        Assert.Empty(loaded.Errors);
        _bench.Apply(loaded.Compiled!, yaml);
        _bench.ZeroCounters();
        _ = Captured();
    }

    private IReadOnlyList<CapturedPacket> Captured()
    {
        _captured.Clear();
        _ring.Consume();
        return [.. _captured];
    }

    private static byte[] Headers(byte[] frame)
    {
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
        return frame[..packet.PayloadOffset];
    }
}
