using System.Net;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>trace: one event a packet with what every actor made of it.</summary>
[Collection(OnPacketBench.Name)]
public sealed class TraceTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();

    [Fact]
    public void Each_packet_is_told_once_with_the_results_known_after_the_edits()
    {
        bench.Reset();
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        bench.Apply("""
              - {name: look, priority: 1, hooks: [ingress, egress], actors: [trace, {set_backup: on}, blk_subflow, count, {rate_limit: {rate: 2Mbit/s}}, {redirect: {port: narrow, mac: keep}}, {mark: {dscp: 46}}, strip_mptcp, close_subflow, trace]}
            """);
        _ = bench.ReadEvents();
        PacketRun run = bench.Ingress(s_v4.Data(bytes: 700)).WithChecksums();

        PathEvent seen = Assert.Single(Traces());
        Assert.Equal(
            [Reason.Done, Reason.Done, Reason.NotApplicable, Reason.Done, Reason.Done, Reason.Mtu, Reason.Done, Reason.NotApplicable, Reason.NotApplicable, Reason.AlreadyDone],
            Enumerable.Range(0, 10).Select(i => seen.Results[i]));
        Assert.Equal(Reason.None, seen.Results[10]);
        Assert.Equal(
            (Hook.Ingress, 0, 0, Op.Trace, Direction.Original, IPAddress.Parse(s_v4.Client), s_v4.ServerPort, s_v4.ConnectionId),
            (seen.Hook, seen.Chain, seen.Step, seen.Op, seen.Direction, seen.Source, seen.DestinationPort, seen.ConnectionId));
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("look", 0));

        // The options are those the packet goes on with.
        _ = PacketParser.Parse(run.Output, out ParsedPacket packet);
        Assert.Equal(run.Output[packet.OptionsOffset..(packet.OptionsOffset + packet.OptionsLength)], seen.Options.Bytes.ToArray());
        Assert.True(packet.Types.HasFlag(PacketTypes.MpPrio));
    }

    [Fact]
    public void The_first_event_after_all_were_read_wakes_the_reader()
    {
        bench.Start("  - {name: look, priority: 1, actors: [trace]}\n");
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        using var ring = new RingBuffer(bench.Maps.Events, _ => { });
        _ = ring.Consume();
        for (int i = 0; i < 3; i++)
        {
            // From here on a poll finds only what wakes it.
            Assert.Equal(0, ring.Poll(TimeSpan.Zero));
            _ = bench.Ingress(s_v4.Data());
            Assert.Equal(1, ring.Poll(TimeSpan.FromSeconds(5)));
        }
    }

    [Fact]
    public void A_dropped_packet_is_told_and_so_are_the_edits_it_no_longer_got()
    {
        bench.Start("  - {name: look, priority: 1, actors: [trace, {set_backup: on}, drop]}\n");
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(s_v4.DataAck()).Verdict);
        PathEvent seen = Assert.Single(Traces());
        Assert.Equal((Reason.Done, Reason.Dropped, Reason.Dropped), (seen.Results[0], seen.Results[1], seen.Results[2]));

        // blk_subflow drops at the edit.
        bench.Start("  - {name: look, priority: 1, actors: [blk_subflow, trace]}\n");
        Conversation old = s_v4 with { Version = MptcpVersion.V0 };
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(old.AddAddr(IPAddress.Parse("203.0.113.9"))).Verdict);
        seen = Assert.Single(Traces());
        Assert.Equal((Reason.Dropped, Reason.Done), (seen.Results[0], seen.Results[1]));
    }

    [Fact]
    public void A_closed_packet_is_told_with_the_flags_it_leaves_with()
    {
        bench.Start("  - {name: look, priority: 1, hooks: [egress], actors: [close_subflow, trace]}\n");
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        bench.Egress(s_v4.DataAck());
        PathEvent seen = Assert.Single(Traces());
        Assert.Equal((Hook.Egress, (byte)(TcpFlags.Rst | TcpFlags.Ack), Reason.Done), (seen.Hook, seen.TcpFlags, seen.Results[0]));
    }

    [Fact]
    public void Actors_behind_the_sixteenth_run_and_are_not_told()
    {
        bench.Start($"  - {{name: look, priority: 1, actors: [{string.Join(", ", Enumerable.Repeat("count", 63))}, trace]}}\n");
        bench.Ingress(s_v4.DataAck()).Untouched();
        PathEvent seen = Assert.Single(Traces());
        Assert.Equal(63, seen.Step);
        Assert.All(Enumerable.Range(0, Limits.TraceSteps), i => Assert.Equal(Reason.Done, seen.Results[i]));
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("look", 62));
        Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("look", 63));
    }

    private IReadOnlyList<PathEvent> Traces() =>
        [.. bench.ReadEvents().Where(e => e.Type == (byte)EventType.Trace).Select(Decode)];

    private static PathEvent Decode(Event raw)
    {
        Assert.True(EventDecoder.TryDecode(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<Event>(in raw)), KernelClock.Read(TimeProvider.System), _ => null, out PathEvent decoded));
        return decoded;
    }
}
