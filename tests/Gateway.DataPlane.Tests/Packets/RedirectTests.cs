using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>redirect: the verdict, the MAC addresses and the spread over links.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RedirectTests(PacketBench bench)
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
    public void Subflows_are_dealt_by_weight()
    {
        bench.Start(Redirect("spread: [{port: host, weight: 3}, {port: partial, weight: 1}]", "keep"));
        Conversation[] subflows = [s_v4, .. Enumerable.Range(1, 7).Select(i => s_v4 with { ClientPort = (ushort)(40000 + i) })];
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        foreach (Conversation joined in subflows[1..])
        {
            bench.Prepare(BenchPort.WireFar, joined.JoinHandshake);
        }

        Assert.Equal([true, true, false, true, true, true, false, true], subflows.Select(c => IsOn(BenchPort.Host, c)));
    }

    [Theory]
    [InlineData(40000)]
    [InlineData(40001)]
    public void The_first_subflow_takes_the_first_link_from_its_SYN_on(ushort port)
    {
        bench.Start(Redirect("spread: [host, partial]", "keep"));
        Conversation first = s_v4 with { ClientPort = port };
        Assert.Equal(PacketRun.TcUnspecified, bench.Egress(first.Syn).Verdict);
        bench.Prepare(BenchPort.WireFar, first.Handshake);
        Assert.True(IsOn(BenchPort.Host, first));
    }

    [Fact]
    public void A_subflow_leaves_a_link_that_goes_down_and_does_not_come_back()
    {
        bench.Start(Redirect("spread: [host, partial]", "keep"));
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Assert.True(IsOn(BenchPort.Host, s_v4));
        try
        {
            bench.SetPort(BenchPort.Host, PortFlag.CsumComplete, up: false);
            Assert.True(IsOn(BenchPort.Partial, s_v4));
            Assert.True(IsOn(BenchPort.Partial, s_v4));
            bench.SetPort(BenchPort.Host, PortFlag.CsumComplete);
            Assert.True(IsOn(BenchPort.Partial, s_v4));
            Assert.Equal(1ul, bench.StepReasons("away")[Reason.OtherLink]);

            bench.SetPort(BenchPort.Host, PortFlag.CsumComplete, up: false);
            bench.SetPort(BenchPort.Partial, PortFlag.CsumPartial, up: false);
            bench.Egress(s_v4.Data(), BenchPort.Partial).Untouched(PacketRun.TcUnspecified);
            Assert.Equal(1ul, bench.StepReasons("away")[Reason.NoPort]);
        }
        finally
        {
            bench.SetPort(BenchPort.Host, PortFlag.CsumComplete);
            bench.SetPort(BenchPort.Partial, PortFlag.CsumPartial);
        }
    }

    [Fact]
    public void Another_set_deals_anew_and_one_with_the_same_link_does_not()
    {
        bench.Start(Redirect("spread: [host, partial]", "keep"));
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        Assert.True(IsOn(BenchPort.Host, s_v4));
        bench.Apply(Redirect("spread: [partial, host]", "keep"));
        Assert.True(IsOn(BenchPort.Host, s_v4));
        bench.Apply(Redirect("spread: [narrow, partial]", "keep"));
        Assert.True(IsOn(BenchPort.Narrow, s_v4));
        Assert.DoesNotContain(Reason.OtherLink, bench.StepReasons("away").Keys);
    }

    [Fact]
    public void Each_direction_of_a_subflow_has_its_own_link()
    {
        bench.Start("""
              - {name: up, priority: 1, hooks: [egress], select: {direction: original}, actors: [{redirect: {spread: [host, partial], mac: keep}}]}
              - {name: back, priority: 1, hooks: [egress], select: {direction: reply}, actors: [{redirect: {spread: [narrow, wire], mac: keep}}]}
            """);
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(IsOn(BenchPort.Host, s_v4));
            Assert.Equal(PacketRun.TcUnspecified, bench.Egress(s_v4.Data(fromClient: false), BenchPort.Narrow).Verdict);
        }
    }

    [Fact]
    public void A_port_that_is_missing_in_the_redirect_map_is_said_so_and_the_packet_stays()
    {
        bench.Start(Redirect("port: tagged", "{dst: \"02:00:5e:10:00:01\", src: \"02:00:5e:10:00:02\"}"));
        bench.Maps.RemoveDevice((int)BenchPort.Tagged);
        try
        {
            bench.Ingress(s_v4.Data()).Untouched();
            Assert.Equal(new() { [Reason.NoPort] = 1 }, bench.StepReasons("away"));
            Assert.Equal(0ul, bench.PortCount(BenchPort.Host, Reason.Redirected));
        }
        finally
        {
            bench.Maps.Transmit(frags: false).UpdateDevice((uint)BenchPort.Tagged, 1);
            bench.Maps.Transmit(frags: true).UpdateDevice((uint)BenchPort.Tagged, 1);
        }
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

    /// <summary>Seen from a target's own egress its subflows are there already.</summary>
    private bool IsOn(BenchPort port, Conversation subflow) => bench.Egress(subflow.Data(), port).Verdict == PacketRun.TcUnspecified;

    private static string Redirect(string where, string mac) =>
        $"  - {{name: away, priority: 1, hooks: [ingress, egress], actors: [{{redirect: {{{where}, mac: {mac}}}}}]}}\n";
}
