using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>redirect: the verdict, the MAC addresses and the spread over links.</summary>
public sealed class RedirectTests(PacketBench bench) : IClassFixture<PacketBench>
{
    private static readonly Conversation s_v4 = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Kept_MAC_addresses_leave_the_frame_as_it_is(bool v6)
    {
        byte[] frame = (v6 ? Conversation.V6 : s_v4).Data();
        bench.Start(Redirect("port: wire", "keep"));
        bench.Ingress(frame).Untouched(PacketRun.XdpRedirect);
        Assert.Equal(new() { [Reason.Redirected] = 1 }, bench.StepReasons("away"));
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Redirected));
        bench.Egress(frame).Untouched(PacketRun.TcRedirect);
        Assert.Equal(1ul, bench.PortCount(BenchPort.Host, Reason.Redirected, Hook.Egress));
    }

    [Fact]
    public void Given_MAC_addresses_are_written()
    {
        byte[] frame = s_v4.Data();
        byte[] expected = [2, 0, 0x5e, 0x10, 0, 1, 2, 0, 0x5e, 0x10, 0, 2, .. frame[12..]];
        bench.Start(Redirect("port: wire", "{dst: \"02:00:5e:10:00:01\", src: \"02:00:5e:10:00:02\"}"));
        bench.Ingress(frame).Became(expected, PacketRun.XdpRedirect).WithChecksums();
        bench.Egress(frame).Became(expected, PacketRun.TcRedirect).WithChecksums();
    }

    [Fact]
    public void A_partial_checksum_is_made_whole_first()
    {
        Conversation partial = s_v4 with { Partial = true };
        bench.Start(Redirect("port: wire", "keep"));
        bench.Ingress(partial.Data(bytes: 77), BenchPort.Partial).Became(s_v4.Data(bytes: 77), PacketRun.XdpRedirect).WithChecksums();
    }

    [Fact]
    public void An_unknown_checksum_is_not_redirected()
    {
        bench.Start(Redirect("port: wire", "keep"));
        bench.Ingress(s_v4.Data(), BenchPort.Unknown).Untouched();
        Assert.Equal(new() { [Reason.CsumUnknown] = 1 }, bench.StepReasons("away"));
        Assert.Equal(0ul, bench.PortCount(BenchPort.Unknown, Reason.Redirected));
    }

    [Fact]
    public void A_port_without_carrier_is_no_target()
    {
        bench.Start(Redirect("port: down", "keep"));
        bench.Ingress(s_v4.Data()).Untouched();
        bench.Egress(s_v4.Data()).Untouched(PacketRun.TcUnspecified);
        Assert.Equal(new() { [Reason.NoPort] = 2 }, bench.StepReasons("away"));
    }

    [Fact]
    public void A_packet_above_the_MTU_of_the_target_stays()
    {
        bench.Start(Redirect("port: narrow", "keep"));
        bench.Ingress(s_v4.Data(bytes: 600 - 80)).Untouched(PacketRun.XdpRedirect);
        bench.Ingress(s_v4.Data(bytes: 600 - 80 + 1)).Untouched();
        Assert.Equal(new() { [Reason.Redirected] = 1, [Reason.Mtu] = 1 }, bench.StepReasons("away"));
    }

    [Fact]
    public void Egress_by_the_target_itself_is_done_already()
    {
        bench.Start(Redirect("port: host", "keep"));
        bench.Egress(s_v4.Data()).Untouched(PacketRun.TcUnspecified);
        Assert.Equal(new() { [Reason.AlreadyDone] = 1 }, bench.StepReasons("away"));
    }

    [Fact]
    public void Subflows_are_dealt_over_the_links_in_the_order_they_joined()
    {
        bench.Start(Redirect("spread: [host, partial, down]", "keep"));
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Conversation second = s_v4 with { ClientPort = 40001 }, third = s_v4 with { ClientPort = 40002 };
        bench.Prepare(BenchPort.WireFar, [.. second.JoinHandshake, .. third.JoinHandshake]);

        // Seen from a target's own egress its subflows are there already; the third one's link is down, so it takes the first.
        Assert.Equal([true, false, true], Own(BenchPort.Host));
        Assert.Equal([false, true, false], Own(BenchPort.Partial));

        bool[] Own(BenchPort port) =>
            [.. new[] { s_v4, second, third }.Select(c => bench.Egress(c.Data(), port).Verdict == PacketRun.TcUnspecified)];
    }

    [Fact]
    public void An_edit_and_a_redirect_go_together()
    {
        bench.Start("""
              - {name: away, priority: 1, actors: [{set_backup: on}, {redirect: {port: wire, mac: keep}}]}
            """);
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        PacketRun run = bench.Ingress((s_v4 with { Partial = true }).Data(), BenchPort.Partial);
        run.Became(FrameRewriter.PlacePrio(s_v4.Data(), true, ChecksumState.Complete).Frame.Span, PacketRun.XdpRedirect).WithChecksums();
    }

    private static string Redirect(string where, string mac) =>
        $"  - {{name: away, priority: 1, hooks: [ingress, egress], actors: [{{redirect: {{{where}, mac: {mac}}}}}]}}\n";
}
