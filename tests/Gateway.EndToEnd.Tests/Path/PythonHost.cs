using System.Globalization;
using System.Net;
using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>Sockets that do what the lab's transfers do not: plain servers, ends that break off.</summary>
internal static class PythonHost
{
    /// <summary>A port the lab's server does not use.</summary>
    public const int Port = 5002;

    private const string Prelude =
        """
        import signal, socket, sys
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM} if len(sys.argv) > 3 and sys.argv[3] == 'hold' else {})
        family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
        MPTCP = 262
        to = (sys.argv[1], int(sys.argv[2]))

        """;

    /// <summary>Plain TCP; answers each connection with the number of bytes it sent.</summary>
    private const string PlainServer =
        """
        s = socket.socket(family)
        s.bind(('::' if ':' in sys.argv[1] else '', to[1]))
        s.listen()
        print('listening', flush=True)
        while True:
            c, _ = s.accept()
            count = 0
            while data := c.recv(65536):
                count += len(data)
            c.sendall(str(count).encode())
            c.close()
        """;

    /// <summary>MPTCP; sends more than the client reads.</summary>
    private const string EagerServer =
        """
        s = socket.socket(family, socket.SOCK_STREAM, MPTCP)
        s.bind(('::' if ':' in sys.argv[1] else '', to[1]))
        s.listen()
        print('listening', flush=True)
        while True:
            c, _ = s.accept()
            try:
                while True:
                    c.sendall(b'x' * 65536)
            except OSError as e:
                print(type(e).__name__, flush=True)
        """;

    /// <summary>MPTCP; answers each connection with the number of bytes it sent.</summary>
    private static readonly string s_countingServer = PlainServer.Replace("socket.socket(family)", "socket.socket(family, socket.SOCK_STREAM, MPTCP)", StringComparison.Ordinal);

    private const string CountingClient =
        """
        c = socket.socket(family, socket.SOCK_STREAM, MPTCP)
        c.connect(to)
        c.sendall(b'x' * 300000)
        print('sent', flush=True)
        signal.sigwait({signal.SIGTERM})
        c.shutdown(socket.SHUT_WR)
        print(c.recv(100).decode(), flush=True)
        """;

    private const string BreakingClient =
        """
        c = socket.socket(family, socket.SOCK_STREAM, MPTCP)
        c.connect(to)
        c.recv(1, socket.MSG_PEEK)
        print('unread', flush=True)
        signal.sigwait({signal.SIGTERM})
        c.close()
        """;

    private const string TryingClient =
        """
        c = socket.socket(family, socket.SOCK_STREAM, MPTCP)
        c.settimeout(float(sys.argv[3]))
        try:
            c.connect(to)
            print('connected', flush=True)
        except OSError as e:
            print(type(e).__name__, flush=True)
        """;

    public static Task<LabProcess> ServePlainAsync(MptcpLab lab, IPAddress address) => ServeAsync(lab, address, PlainServer);

    public static Task<LabProcess> ServeMultipathAsync(MptcpLab lab, IPAddress address) => ServeAsync(lab, address, s_countingServer);

    public static Task<LabProcess> ServeEagerAsync(MptcpLab lab, IPAddress address) => ServeAsync(lab, address, EagerServer);

    /// <summary>Sends 300000 bytes, prints "sent", and when stopped what the server answers.</summary>
    public static LabProcess Count(MptcpLab lab, IPAddress to) => Start(lab.Client, to, CountingClient, "hold");

    /// <summary>Prints "unread" once data waits, and when stopped closes without reading it.</summary>
    public static LabProcess Break(MptcpLab lab, IPAddress to) => Start(lab.Client, to, BreakingClient, "hold");

    /// <summary>Whether a connection comes about: "connected", or the name of the error.</summary>
    public static async Task<string> TryAsync(MptcpLab lab, IPAddress to, int seconds)
    {
        await using LabProcess client = Start(lab.Client, to, TryingClient, seconds.ToString(CultureInfo.InvariantCulture));
        await client.WaitForAsync(() => client.Output.Count > 0, "the client's verdict", TimeSpan.FromSeconds(30));
        return client.Output[0];
    }

    private static async Task<LabProcess> ServeAsync(MptcpLab lab, IPAddress address, string program)
    {
        LabProcess server = Start(lab.Server, address, program);
        await server.WaitForAsync(() => server.Output.Count > 0, "the server listens");
        return server;
    }

    private static LabProcess Start(NetworkNamespace host, IPAddress address, string program, params string[] more) =>
        host.Start("python3", ["-c", Prelude + program, $"{address}", Port.ToString(CultureInfo.InvariantCulture), .. more]);
}
