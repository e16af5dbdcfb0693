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

    private readonly MptcpLab _lab;
    private readonly string _port = Port.ToString(CultureInfo.InvariantCulture);
    private readonly List<LabProcess> _processes = [];
    private int _open;

    /// <summary>Hosts of a lab, without connections yet.</summary>
    internal IdleHosts(MptcpLab lab) => _lab = lab;

    /// <summary>Opens more connections until there are so many.</summary>
    internal async Task OpenAsync(int connections)
    {
        if (_processes.Count == 0)
        {
            LabProcess server = _lab.Server.Start("python3", ["-c", Prelude + Serve, _port]);
            _processes.Add(server);
            await server.WaitForAsync(() => server.Output.Count > 0, "the server listens").ConfigureAwait(false);
        }

        string more = (connections - _open).ToString(CultureInfo.InvariantCulture);
        LabProcess client = _lab.Client.Start("python3", ["-c", Prelude + Open, _port, $"{_lab.Paths[0].ServerV4}", more]);
        _processes.Add(client);
        await client.WaitForAsync(() => client.Output.Count > 0, $"{connections} connections are open", TimeSpan.FromMinutes(2)).ConfigureAwait(false);
        _open = connections;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LabProcess process in Enumerable.Reverse(_processes))
        {
            await process.KillAsync().ConfigureAwait(false);
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }
}
