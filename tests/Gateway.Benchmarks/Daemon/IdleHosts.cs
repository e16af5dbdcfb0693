using System.Globalization;
using Gateway.Lab;

namespace Gateway.Benchmarks.Daemon;

/// <summary>Hosts that open many MPTCP connections and leave them idle.</summary>
internal sealed class IdleHosts : IAsyncDisposable
{
    private const int Port = 5003;

    private const string Prelude =
        """
        import resource, socket, sys
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        MPTCP = 262
        held = []

        """;

    private const string Serve =
        """
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP)
        s.bind(('', int(sys.argv[1])))
        s.listen(4096)
        print('listening', flush=True)
        while True:
            c, _ = s.accept()
            c.sendall(b'x')
            held.append(c)
        """;

    private const string Open =
        """
        for i in range(int(sys.argv[3])):
            c = socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP)
            c.connect((sys.argv[2], int(sys.argv[1])))
            assert c.recv(1) == b'x'
            held.append(c)
        print('open', flush=True)
        sys.stdin.read()
        """;

    private readonly LabProcess _server;
    private readonly LabProcess _client;

    private IdleHosts(LabProcess server, LabProcess client)
    {
        _server = server;
        _client = client;
    }

    /// <summary>Opens so many connections.</summary>
    internal static async Task<IdleHosts> OpenAsync(MptcpLab lab, int connections)
    {
        string port = Port.ToString(CultureInfo.InvariantCulture);
        LabProcess server = lab.Server.Start("python3", ["-c", Prelude + Serve, port]);
        await server.WaitForAsync(() => server.Output.Count > 0, "the server listens").ConfigureAwait(false);
        LabProcess client = lab.Client.Start(
            "python3", ["-c", Prelude + Open, port, $"{lab.Paths[0].ServerV4}", connections.ToString(CultureInfo.InvariantCulture)]);
        await client.WaitForAsync(() => client.Output.Count > 0, $"{connections} connections are open", TimeSpan.FromMinutes(2)).ConfigureAwait(false);
        return new IdleHosts(server, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.KillAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        await _server.KillAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
