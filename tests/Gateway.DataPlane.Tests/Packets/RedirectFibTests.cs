using System.Diagnostics;
using System.Globalization;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>redirect with the kernel's own next hops: a namespace with a route and neighbours.</summary>
public sealed class RedirectFibTests : IDisposable
{
    private const string Chains = "  - {name: away, priority: 1, hooks: [ingress, egress], actors: [{redirect: {port: tagged, mac: fib}}]}\n";

    private static readonly byte[] s_nextHop = [2, 0, 0, 0, 0xaa, 1];
    private static readonly Conversation s_v4 = new();

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"gwfib{Environment.ProcessId}");

    public RedirectFibTests()
    {
        Ip($"netns add {_name}");
        try
        {
            foreach (string command in (string[])
            [
                "link add out type veth peer name far",
                "link set out address 02:00:00:00:bb:02 up",
                "link set far up",
                "link set lo up",
                "addr add 203.0.113.1/24 dev out",
                "addr add 2001:db8:77::1/64 dev out nodad",
                "route add 198.51.100.0/24 via 203.0.113.9",
                "route add 2001:db8:9::/48 via 2001:db8:77::9",
                "route add 192.0.2.0/24 via 203.0.113.10",
                "neigh add 203.0.113.9 lladdr 02:00:00:00:aa:01 dev out",
                "neigh add 2001:db8:77::9 lladdr 02:00:00:00:aa:01 dev out",
            ])
            {
                Ip($"-n {_name} {command}");
            }

            // The kernel gives next hops of ports that forward.
            Ip($"netns exec {_name} sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    [Fact]
    public void The_next_hop_the_kernel_knows_is_taken() => NetNamespace.Run(_name, () =>
    {
        using var bench = new PacketBench();
        bench.SetPort(BenchPort.Tagged, PortFlag.CsumComplete, ifindex: (uint)NetDevice.IndexOf("out"));
        bench.Start(Chains);

        foreach (Conversation conversation in (Conversation[])[s_v4, Conversation.V6])
        {
            byte[] frame = conversation.Data();
            byte[] hopped = conversation.Bare(true, TcpFlags.Ack).WithHopLimit(63).Build();
            byte[] plain = conversation.Bare(true, TcpFlags.Ack).WithHopLimit(64).Build();
            bench.Ingress(plain).Became(WithMacs(hopped), PacketRun.XdpRedirect).WithChecksums();
            bench.Egress(frame).Became(WithMacs(frame), PacketRun.TcRedirect).WithChecksums();
        }

        Assert.Equal(new() { [Reason.Redirected] = 4 }, bench.StepReasons("away"));
        foreach ((string server, byte hops, Reason reason) in (ReadOnlySpan<(string, byte, Reason)>)
            [("192.0.2.77", 64, Reason.NoNeighbour), ("10.9.9.9", 64, Reason.NoRoute), (s_v4.Server, 1, Reason.Ttl), (s_v4.Server, 0, Reason.Ttl)])
        {
            ulong before = bench.StepReasons("away").GetValueOrDefault(reason);
            bench.Ingress((s_v4 with { Server = server }).Bare(true, TcpFlags.Ack).WithHopLimit(hops).Build()).Untouched();
            Assert.Equal(before + 1, bench.StepReasons("away")[reason]);
        }

        byte[] expiring = (s_v4 with { Partial = true }).Bare(true, TcpFlags.Ack).WithHopLimit(1).Build();
        bench.Ingress(expiring, BenchPort.Partial).Untouched();
    });

    public void Dispose() => Ip($"netns del {_name}");

    private static byte[] WithMacs(byte[] frame) => [.. s_nextHop, 2, 0, 0, 0, 0xbb, 2, .. frame[12..]];

    private static void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {errors}");
    }
}
