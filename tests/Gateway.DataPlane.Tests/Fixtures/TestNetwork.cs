using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Bpf;
using Gateway.DataPlane.Native;

namespace Gateway.DataPlane.Tests;

/// <summary>
/// A gateway's network namespace with NICs "a" and "b", each one end of a veth pair whose other end, "ah" and "bh", is in
/// a namespace of its own: hosts 192.0.2.1 and 192.0.2.2.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private readonly string _id = $"gwdp-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Makes the namespaces and waits for the links.</summary>
    internal TestNetwork()
    {
        try
        {
            foreach (string name in (string[])[Gateway, Host("a"), Host("b")])
            {
                Ip("netns", "add", name);
            }

            foreach ((string nic, string address) in ((string, string)[])[("a", "192.0.2.1/24"), ("b", "192.0.2.2/24")])
            {
                Ip("-n", Gateway, "link", "add", "name", nic, "type", "veth", "peer", "name", nic + "h", "netns", Host(nic));
                Ip("-n", Host(nic), "address", "add", address, "dev", nic + "h");
                Ip("-n", Host(nic), "link", "set", "dev", nic + "h", "up");
                Ip("-n", Gateway, "link", "set", "dev", nic, "up");
                // XDP_REDIRECT into a veth needs NAPI on the other end.
                Tool("ip", "netns", "exec", Host(nic), "ethtool", "-K", nic + "h", "gro", "on");
            }

            Eventually.True(
                () => Run(() => NicFacts.Read("a") is { Up: true } && NicFacts.Read("b") is { Up: true }), "both links have a carrier");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal string Gateway => _id;

    internal string Host(string nic) => $"{_id}-{nic}";

    internal T Run<T>(Func<T> function) => NetNamespace.Run(Gateway, function);

    internal void Run(Action action) => NetNamespace.Run(Gateway, action);

    /// <summary>Sends UDP broadcasts from the host behind a NIC.</summary>
    internal void SendFrom(string nic, int count = 1) => NetNamespace.Run(Host(nic), () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        for (int i = 0; i < count; i++)
        {
            socket.SendTo([1, 2, 3], new IPEndPoint(IPAddress.Parse("192.0.2.255"), 9));
        }
    });

    /// <summary>Sends bytes from the host behind "a" to the one behind "b"; the gateway must be a wire.</summary>
    internal void ExchangeTcp(int bytes, bool multipath = false)
    {
        using Socket listener = NetNamespace.Run(Host("b"), () =>
        {
            Socket socket = NewSocket(multipath);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 5201));
            socket.Listen();
            return socket;
        });
        using Socket client = NetNamespace.Run(Host("a"), () => NewSocket(multipath));
        client.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 5201));
        using Socket server = listener.Accept();
        var sending = Task.Run(() =>
        {
            client.Send(new byte[bytes]);
            client.Shutdown(SocketShutdown.Send);
        });
        byte[] buffer = new byte[65536];
        int received = 0;
        for (int n; (n = server.Receive(buffer)) > 0;)
        {
            received += n;
        }

        sending.GetAwaiter().GetResult();
        Assert.Equal(bytes, received);
    }

    /// <summary>A stream socket of this thread's namespace; IPPROTO_MPTCP (262) is unknown to the runtime.</summary>
    private static Socket NewSocket(bool multipath) => multipath
        ? new Socket(new SafeSocketHandle(Libc.socket(Libc.InternetFamily, 1 | 0x8_0000, 262), ownsHandle: true))
        : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal void GatewayIp(params string[] arguments) => Ip(["-n", Gateway, .. arguments]);

    public void Dispose()
    {
        foreach (string name in (string[])[Gateway, Host("a"), Host("b")])
        {
            if (File.Exists(Path.Combine(NetNamespace.NamedPath, name)))
            {
                Ip("netns", "delete", name);
            }
        }
    }

    private static void Ip(params string[] arguments) => Tool("ip", arguments);

    private static void Tool(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)}: {errors}");
        }
    }
}
