using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Gateway.Lab;

namespace Gateway.DataPlane.Tests.Flows;

/// <summary>More connections than the tables of flows, connections, tokens, rates and rewritten 4-tuples have room for.</summary>
public sealed class FullTableTests : IDisposable
{
    private const int Connections = 2500;
    private const int Bytes = 3000;
    private const int Plain = 5201, Rewritten = 5202;

    // The range has none of the ports that clients choose themselves: those would be left as they are.
    private const string Chains =
        "- {name: rewritten, priority: 9, select: {dst_port: 5202}, actors: [{rewrite: {src_port: \"10000-19999\"}}, count]}\n"
        + "- {name: all, priority: 1, actors: [record, {rate_limit: {rate: 100Gbit/s, per: connection}}, count]}\n";

    private static readonly byte[] s_content = Content();

    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void Flows_that_were_silent_longest_are_forgotten_and_no_packet_is_lost()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply(Chains);
        using Socket plain = Listen(Plain), rewritten = Listen(Rewritten);
        using Socket early = Connect(Plain);
        using Socket served = plain.Accept();
        Exchange(early, served);

        for (int i = 0; i < Connections; i++)
        {
            (int port, Socket listener) = i % 2 == 0 ? (Plain, plain) : (Rewritten, rewritten);
            using Socket client = Connect(port);
            using Socket server = listener.Accept();
            Exchange(client, server);

            // Who ends first remembers the 4-tuple for a minute: not the server, to whom a rewritten one may come again.
            client.Close();
            Assert.Equal(0, server.Receive(new byte[1]));
        }

        // More than once around, and the first connection goes on although nothing is known of it any more.
        Assert.InRange(_gateway.DataPlane.ReadFlows().Count, 200, 1024);
        Assert.DoesNotContain(_gateway.DataPlane.ReadFlows(), f => f.Client.Port == ((IPEndPoint)early.LocalEndPoint!).Port);
        ulong unknown = Counted("rate_limit", Reason.NoConnection) + Counted("rate_limit", Reason.NoWindowScale);
        Exchange(early, served);
        Exchange(served, early);

        Assert.True(
            Counted("rate_limit", Reason.NoConnection) + Counted("rate_limit", Reason.NoWindowScale) > unknown,
            Reasons("all"));
        Assert.Equal((0, 0), (ChecksumErrors("a"), ChecksumErrors("b")));
        Assert.True(Counted("rewrite", Reason.Done, "rewritten") >= Connections / 2, Reasons("rewritten"));
        Assert.Equal(0ul, Counted("rewrite", Reason.Collision, "rewritten") + Counted("rate_limit", Reason.Policed));
        Assert.Equal(0, Retransmissions("a") + Retransmissions("b"));
        FaultTable.Withstood(
            "more flows, connections and rewritten 4-tuples than their tables hold", "what was silent longest is forgotten; its packets pass, counted with the reason, none is lost");
    }

    private static byte[] Content()
    {
        byte[] content = new byte[Bytes];
        new Random(1).NextBytes(content);
        return content;
    }

    private static void Exchange(Socket from, Socket to)
    {
        from.Send(s_content);
        byte[] received = new byte[Bytes];
        for (int at = 0; at < Bytes;)
        {
            int n = to.Receive(received, at, Bytes - at, SocketFlags.None);
            Assert.True(n > 0, "the connection ended");
            at += n;
        }

        Assert.Equal(s_content, received);
    }

    /// <summary>IPPROTO_MPTCP (262) is unknown to the runtime.</summary>
    private static Socket NewSocket() =>
        new(new SafeSocketHandle(Libc.socket(Libc.InternetFamily, 1 | 0x8_0000, 262), ownsHandle: true)) { ReceiveTimeout = 30_000 };

    private Socket Connect(int port)
    {
        Socket socket = NetNamespace.Run(_gateway.Network.Host("a"), NewSocket);
        socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), port));
        return socket;
    }

    private Socket Listen(int port) => NetNamespace.Run(_gateway.Network.Host("b"), () =>
    {
        Socket socket = NewSocket();
        socket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), port));
        socket.Listen();
        return socket;
    });

    private ulong Counted(string actor, Reason reason, string chain = "all") => _gateway.Chain(chain).Actors
        .Where(a => a.Actor == actor)
        .SelectMany(a => a.Reasons)
        .Where(r => r.Reason == reason)
        .Aggregate(0ul, (sum, r) => sum + r.Packets);

    private string Reasons(string chain) =>
        string.Join('\n', _gateway.Chain(chain).Actors.SelectMany(a => a.Reasons.Select(r => $"{a.Actor} {r}")));

    private int ChecksumErrors(string nic) => TcpCounter(nic, "InCsumErrors");

    private int Retransmissions(string nic) => TcpCounter(nic, "RetransSegs");

    private int TcpCounter(string nic, string name) => NetNamespace.Run(_gateway.Network.Host(nic), () =>
    {
        string[][] lines = [.. File.ReadLines("/proc/thread-self/net/snmp").Where(l => l.StartsWith("Tcp:", StringComparison.Ordinal)).Select(l => l.Split(' '))];
        return int.Parse(lines[1][Array.IndexOf(lines[0], name)], CultureInfo.InvariantCulture);
    });
}
