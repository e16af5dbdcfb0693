using System.Globalization;
using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Demo;

/// <summary>A real gatewayd in the gateway namespace of a lab, with its ports attached, and a client to it.</summary>
public sealed class GatewayUnderLab : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly MptcpLab _lab;
    private readonly DaemonStart _start;
    private readonly string _directory;
    private readonly string _pins;
    private LabProcess? _daemon;
    private GatewayClient? _client;

    private GatewayUnderLab(MptcpLab lab, DaemonStart start)
    {
        _lab = lab;
        _start = start;
        _directory = Path.Combine(Path.GetTempPath(), $"{lab.Name}-gatewayd");
        _pins = start.Pins ?? $"/sys/fs/bpf/{lab.Name}";
    }

    /// <summary>Typed client of the daemon.</summary>
    public GatewayClient Client => _client ?? throw new InvalidOperationException("gatewayd is not running.");

    /// <summary>Directory of the daemon's pins in bpffs.</summary>
    public string PinPath => _pins;

    /// <summary>Socket the daemon serves.</summary>
    public string SocketPath => Path.Combine(_directory, "gateway.sock");

    /// <summary>Process id of the running daemon.</summary>
    public int DaemonPid => _daemon?.Pid ?? throw new InvalidOperationException("gatewayd is not running.");

    /// <summary>Resident memory of the running daemon, bytes.</summary>
    public long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{DaemonPid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>What the running daemon wrote.</summary>
    public string Transcript => _daemon?.Transcript() ?? "";

    /// <summary>Starts the daemon and attaches ports: in host mode all four, in wire mode two pairs.</summary>
    public static async Task<GatewayUnderLab> StartAsync(
        MptcpLab lab, ChecksumMode checksum = ChecksumMode.Unspecified, XdpMode xdp = XdpMode.Native, DaemonStart? start = null)
    {
        var gateway = new GatewayUnderLab(lab, start ?? new DaemonStart());
        Directory.CreateDirectory(gateway._directory);
        try
        {
            await gateway.StartDaemonAsync().ConfigureAwait(false);
            await gateway.AttachAsync(checksum, xdp).ConfigureAwait(false);
            return gateway;
        }
        catch (Exception exception)
        {
            string transcript = gateway.Transcript;
            await gateway.DisposeAsync().ConfigureAwait(false);
            throw new InvalidOperationException($"{exception.Message}\n{transcript}", exception);
        }
    }

    /// <summary>Starts the daemon on the lab's pins; a data path that is still there is taken over.</summary>
    public async Task StartDaemonAsync()
    {
        string[] command =
        [
            .. _start.Within, "dotnet", DaemonPath(), "--socket", SocketPath, "--pins", _pins, "--state", Path.Combine(_directory, "state"), .. _start.Arguments,
        ];
        _daemon = _lab.Gateway.Start(command[0], command[1..]);
        await _daemon.WaitForAsync(() => File.Exists(SocketPath), "gatewayd's socket", StartTimeout).ConfigureAwait(false);
        _client = GatewayClient.Connect(SocketPath);
        await Wait.UntilAsync(AnswersAsync, "an answer from gatewayd", StartTimeout).ConfigureAwait(false);
    }

    /// <summary>Kills the daemon with SIGKILL; the data path stays.</summary>
    public async Task KillDaemonAsync()
    {
        _client?.Dispose();
        _client = null;
        if (_daemon is not null)
        {
            await _daemon.KillAsync().ConfigureAwait(false);
            await _daemon.DisposeAsync().ConfigureAwait(false);
            _daemon = null;
        }
    }

    /// <summary>Packets an actor of the running policy counted under a reason.</summary>
    public async Task<ulong> CountAsync(string chain, string actor, Reason reason)
    {
        CountersResponse counters = await Client.Telemetry.CountersAsync().ConfigureAwait(false);
        return counters.Chains
            .Where(c => c.Chain == chain)
            .SelectMany(c => c.Actors)
            .Where(a => a.Actor == actor)
            .SelectMany(a => a.Reasons)
            .Where(r => r.Reason == reason)
            .Aggregate(0UL, (sum, r) => sum + r.Packets);
    }

    /// <summary>Removes everything of the gateway from the kernel and ends the daemon.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client is not null)
            {
                await _client.System.CleanUpAsync().ConfigureAwait(false);
            }
        }
        catch (Rpc.RpcException)
        {
            // A daemon that is already gone is cleaned up after below.
        }

        await KillDaemonAsync().ConfigureAwait(false);
        if (Directory.Exists(_pins))
        {
            await using LabProcess cleanUp = _lab.Gateway.Start("dotnet", [DaemonPath(), "--pins", _pins, "--cleanup"]);
            await cleanUp.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static string DaemonPath()
    {
        // out/bin/<project>/<configuration>/ holds every project side by side.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        string path = Path.Combine(here.Parent!.Parent!.FullName, "Gateway.Daemon", here.Name, "gatewayd.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build src/Gateway.Daemon first.", path);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await Client.System.StatusAsync().ConfigureAwait(false);
            return true;
        }
        catch (Rpc.RpcException)
        {
            if (_daemon is { HasExited: true })
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"gatewayd ended with {_daemon.ExitCode}:\n{Transcript}"));
            }

            return false;
        }
    }

    private async Task AttachAsync(ChecksumMode checksum, XdpMode xdp)
    {
        foreach (LabPath path in _lab.Paths)
        {
            if (_lab.Options.Mode == LabMode.Wire)
            {
                await Client.Ports.AttachAsync(new AttachPortRequest
                {
                    Nic = path.GatewayClientPort,
                    Peer = path.GatewayServerPort,
                    Mode = PortMode.Wire,
                    Checksum = checksum,
                    Xdp = xdp,
                }).ConfigureAwait(false);
                continue;
            }

            foreach (string nic in new[] { path.GatewayClientPort, path.GatewayServerPort })
            {
                await Client.Ports.AttachAsync(new AttachPortRequest { Nic = nic, Mode = PortMode.Host, Checksum = checksum, Xdp = xdp })
                    .ConfigureAwait(false);
            }
        }
    }
}
