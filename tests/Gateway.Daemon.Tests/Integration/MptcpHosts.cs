using System.Diagnostics;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>An MPTCP client with two links and a server with one, routed by the gateway's namespace.</summary>
internal sealed class MptcpHosts : IDisposable
{
    private const string ServerProgram =
        "import socket,sys; s=socket.socket(2,1,int(sys.argv[2])); s.bind((sys.argv[1],5000)); s.listen(); print('up',flush=True); c,_=s.accept()\n"
        + "while c.recv(65536): pass";

    private const string ClientProgram =
        "import socket,sys; s=socket.socket(2,1,262); s.connect((sys.argv[1],5000)); s.sendall(b'x'*100000); sys.stdin.read(); s.close()";

    private const string Mptcp = "262";
    private const string Tcp = "6";

    private readonly string _client;
    private readonly string _server;
    private readonly string _plainServer;
    private readonly List<Process> _processes = [];

    public MptcpHosts(string gateway)
    {
        _client = $"{gateway}-c";
        _server = $"{gateway}-s";
        _plainServer = $"{gateway}-p";
        try
        {
            foreach (string host in (string[])[_client, _server])
            {
                Ip("netns", "add", host);
                Ip("-n", host, "link", "set", "lo", "up");
                Ip("netns", "exec", host, "sysctl", "-qw", "net.mptcp.enabled=1");
                Ip("-n", host, "mptcp", "limits", "set", "subflow", "4", "add_addr_accepted", "4");
            }

            Link(_client, "c1", gateway, "g1", "10.1.1");
            Link(_client, "c2", gateway, "g2", "10.1.2");
            Link(_server, "s1", gateway, "g3", "10.2.1");
            Ip("-n", _client, "route", "add", "default", "via", "10.1.1.254");
            Ip("-n", _client, "route", "add", "default", "via", "10.1.2.254", "table", "2");
            Ip("-n", _client, "rule", "add", "from", "10.1.2.1", "table", "2");
            Ip("-n", _client, "mptcp", "endpoint", "add", "10.1.2.1", "dev", "c2", "subflow");
            Ip("-n", _server, "route", "add", "default", "via", "10.2.1.254");
            Ip("netns", "exec", gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public static string[] GatewayNics { get; } = ["g1", "g2", "g3"];

    /// <summary>The gateway's NIC toward the server of <see cref="AddPlainServer"/>.</summary>
    public const string PlainServerNic = "g4";

    /// <summary>Token of the client's only connection, as its kernel says.</summary>
    public uint ClientToken
    {
        get
        {
            string text = Command.Run("ip", "netns", "exec", _client, "ss", "-HMi");
            int at = text.IndexOf("token:", StringComparison.Ordinal);
            Assert.True(at >= 0, $"No connection: {text}");
            string token = new([.. text[(at + 6)..].TakeWhile(char.IsAsciiHexDigit)]);
            return Convert.ToUInt32(token, 16);
        }
    }

    /// <summary>Connects, sends and keeps the connection open.</summary>
    public void Connect() => Connect(_server, "10.2.1.1", Mptcp);

    /// <summary>Adds a server whose kernel has MPTCP switched off.</summary>
    public void AddPlainServer(string gateway)
    {
        Ip("netns", "add", _plainServer);
        Ip("netns", "exec", _plainServer, "sysctl", "-qw", "net.mptcp.enabled=0");
        Link(_plainServer, "p1", gateway, PlainServerNic, "10.3.1");
        Ip("-n", _plainServer, "route", "add", "default", "via", "10.3.1.254");
    }

    /// <summary>Connects to it as <see cref="Connect()"/> does.</summary>
    public void ConnectToPlainServer() => Connect(_plainServer, "10.3.1.1", Tcp);

    /// <summary>Closes the connection.</summary>
    public void Close() => _processes[^1].StandardInput.Close();

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        Command.TryRun("ip", "netns", "delete", _client);
        Command.TryRun("ip", "netns", "delete", _server);
        Command.TryRun("ip", "netns", "delete", _plainServer);
    }

    private static void Ip(params string[] arguments) => Command.Run("ip", arguments);

    private static void Link(string host, string nic, string gateway, string gatewayNic, string network)
    {
        Ip("-n", host, "link", "add", nic, "type", "veth", "peer", "name", gatewayNic, "netns", gateway);
        Ip("-n", host, "address", "add", $"{network}.1/24", "dev", nic);
        Ip("-n", gateway, "address", "add", $"{network}.254/24", "dev", gatewayNic);
        Ip("-n", host, "link", "set", nic, "up");
        Ip("-n", gateway, "link", "set", gatewayNic, "up");
    }

    private void Connect(string server, string address, string protocol)
    {
        Assert.Equal("up", Start(server, ServerProgram, address, protocol).StandardOutput.ReadLine());
        Start(_client, ClientProgram, address);
    }

    private Process Start(string host, string program, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", host, "/usr/bin/python3", "-c", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _processes.Add(process);
        return process;
    }
}
