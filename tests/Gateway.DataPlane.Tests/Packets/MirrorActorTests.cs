using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Rewriting;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>mirror: copies that really leave by a NIC, in a namespace with a listener behind it.</summary>
public sealed class MirrorActorTests : IDisposable
{
    private static readonly Conversation s_v4 = new();

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"gwmirror{Environment.ProcessId}");

    public MirrorActorTests()
    {
        Ip($"netns add {_name}");
        try
        {
            Ip($"netns exec {_name} sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
            foreach (string command in (string[])
                ["link add tap type veth peer name far", "link add tap2 type veth peer name far2", "link set tap up", "link set far up", "link set lo up"])
            {
                Ip($"-n {_name} {command}");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    [Fact]
    public void The_copy_is_the_packet_as_it_leaves_and_the_packet_stays_what_it_is() => NetNamespace.Run(_name, () =>
    {
        using PacketBench bench = Bench();
        using Socket tap = Listen();
        bench.Start("  - {name: watch, priority: 1, hooks: [egress], actors: [{mirror: {port: tagged}}, {set_backup: on}, {mark: {dscp: 46}}]}\n");
        foreach (Conversation conversation in (Conversation[])[s_v4, Conversation.V6])
        {
            bench.Prepare(BenchPort.WireFar, conversation.Handshake);
            byte[] data = conversation.Packet(true, MptcpOptions.Dss(7, false, (1, 1, 101))).WithPayload(Conversation.Payload(101)).Build();
            byte[] marked = conversation.Packet(true, MptcpOptions.Dss(7, false, (1, 1, 101))).WithPayload(Conversation.Payload(101)).WithTrafficClass(46 << 2).Build();
            byte[] expected = FrameRewriter.PlacePrio(marked, true, ChecksumState.Complete).Frame.ToArray();
            bench.Egress(data).Became(expected, PacketRun.TcUnspecified).WithChecksums();
            FrameDiff.AssertEqual(expected, Receive(tap));
        }

        Assert.Equal(new() { [Reason.Done] = 2 }, bench.StepReasons("watch"));
        Assert.Equal(0, tap.Available);
    });

    [Fact]
    public void A_redirected_packet_and_a_dropped_one_are_copied_too() => NetNamespace.Run(_name, () =>
    {
        using PacketBench bench = Bench();
        using Socket tap = Listen();
        byte[] frame = s_v4.Data();
        byte[] hopped = [2, 0, 0x5e, 0x10, 0, 1, 2, 0, 0x5e, 0x10, 0, 2, .. frame[12..]];
        bench.Start("  - {name: watch, priority: 1, hooks: [egress], actors: [{mirror: {port: tagged}}, {redirect: {port: wire, mac: {dst: \"02:00:5e:10:00:01\", src: \"02:00:5e:10:00:02\"}}}]}\n");
        bench.Egress(frame).Became(hopped, PacketRun.TcRedirect);
        FrameDiff.AssertEqual(hopped, Receive(tap));

        bench.Start("  - {name: watch, priority: 1, hooks: [egress], actors: [{mirror: {port: tagged}}, drop]}\n");
        Assert.Equal(PacketRun.TcShot, bench.Egress(frame).Verdict);
        FrameDiff.AssertEqual(frame, Receive(tap));
        Assert.Equal(new() { [Reason.Dropped] = 1 }, bench.StepReasons("watch", 1));
    });

    [Fact]
    public void The_policy_does_not_see_copies() => NetNamespace.Run(_name, () =>
    {
        using PacketBench bench = Bench();
        using Socket tap = Listen();
        bench.Start("  - {name: watch, priority: 1, hooks: [egress], actors: [{mirror: {port: tagged}}, {redirect: {port: wire, mac: keep}}, trace]}\n");
        using var link = BpfLink.AttachTcx(bench.Program(BenchProgram.TcEgress, BenchPort.Tagged), NetDevice.IndexOf("tap"), TcDirection.Egress);
        byte[] frame = s_v4.Data();
        bench.Egress(frame).Untouched(PacketRun.TcRedirect);
        FrameDiff.AssertEqual(frame, Receive(tap));
        Assert.Equal(0, tap.Available);
        Assert.Equal(0ul, bench.PortStats(BenchPort.Tagged, Abi.Hook.Egress).Packets);
        Assert.Equal(1ul, bench.ChainPackets("watch"));
        Event trace = Assert.Single(bench.ReadEvents(), e => e.Type == (byte)EventType.Trace);
        Assert.Equal(((byte)Reason.Done, (byte)Reason.Redirected), (trace.Results[0], trace.Results[1]));
    });

    [Fact]
    public void There_is_no_copy_without_a_port_nor_to_the_port_itself_nor_from_XDP() => NetNamespace.Run(_name, () =>
    {
        using PacketBench bench = Bench();
        using Socket tap = Listen();
        byte[] frame = s_v4.Data();
        Count("down", Reason.NoPort, BenchPort.Host);
        Count("tagged", Reason.AlreadyDone, BenchPort.Tagged);
        bench.SetPort(BenchPort.Narrow, PortFlag.CsumComplete, ifindex: 9999);
        Count("narrow", Reason.WriteFailed, BenchPort.Host);
        bench.SetPort(BenchPort.Narrow, PortFlag.CsumComplete, ifindex: (uint)NetDevice.IndexOf("tap2"));
        Count("narrow", Reason.WriteFailed, BenchPort.Host);
        bench.Devmap(frame).Untouched();
        Assert.Equal(1ul, bench.StepReasons("watch")[Reason.Hook]);
        Assert.Equal(0, tap.Available);

        void Count(string target, Reason reason, BenchPort port)
        {
            bench.Start($"  - {{name: watch, priority: 1, hooks: [egress], actors: [{{mirror: {{port: {target}}}}}]}}\n");
            bench.Egress(frame, port).Untouched(PacketRun.TcUnspecified);
            Assert.Equal(new() { [reason] = 1 }, bench.StepReasons("watch"));
        }
    });

    public void Dispose() => Ip($"netns del {_name}");

    private static PacketBench Bench()
    {
        var bench = new PacketBench();
        bench.SetPort(BenchPort.Tagged, PortFlag.CsumComplete, ifindex: (uint)NetDevice.IndexOf("tap"));
        return bench;
    }

    /// <summary>Hears what arrives at any NIC of this namespace (packet(7)).</summary>
    private static Socket Listen()
    {
        const int everything = 0x0300, solPacket = 263, ignoreOutgoing = 23;
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)everything) { ReceiveTimeout = 10_000 };
        socket.SetRawSocketOption(solPacket, ignoreOutgoing, [1, 0, 0, 0]);
        return socket;
    }

    private static byte[] Receive(Socket socket)
    {
        byte[] frame = new byte[2048];
        return frame[..socket.Receive(frame)];
    }

    private static void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {errors}");
    }
}
