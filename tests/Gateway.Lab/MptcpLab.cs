using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Gateway.Lab;

/// <summary>
/// Client, gateway and server in network namespaces, joined by two paths with IPv4 and IPv6 on both, with the kernel's own
/// MPTCP at both ends. Labs do not see each other; disposing one, or the end of the process, removes it.
/// </summary>
public sealed class MptcpLab : IAsyncDisposable
{
    /// <summary>TCP port the lab's server listens on.</summary>
    public const int Port = 5001;

    private readonly LabRecord _record;
    private readonly TransferBoard _board = new();
    private readonly SemaphoreSlim _serving = new(1);
    private LabProcess? _server;
    private bool _disposed;

    private MptcpLab(LabOptions options)
    {
        Options = options;
        Name = $"gw{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        Client = new NetworkNamespace($"{Name}-client");
        Gateway = new NetworkNamespace($"{Name}-gateway");
        Server = new NetworkNamespace($"{Name}-server");
        Paths = [AddressPlan.Path(options.Mode, 1), AddressPlan.Path(options.Mode, 2)];
        DelayLines = [.. Paths
            .Where(path => options.Link(path.Number).DelayMs > 0)
            .Select(path => new DelayLineHost(
                new NetworkNamespace($"{Name}-delay{path.Number}"), path, options.Link(path.Number).DelayMs))];
        Tenant = options.SecondTenant ? new LabTenant(new NetworkNamespace($"{Name}-tenant")) : null;
        _record = LabRecord.OfThisProcess(Name, Namespaces);
    }

    /// <summary>What was asked for.</summary>
    public LabOptions Options { get; }

    /// <summary>Prefix of its namespaces, unique.</summary>
    public string Name { get; }

    /// <summary>The host that opens connections.</summary>
    public NetworkNamespace Client { get; }

    /// <summary>The box between, with ports gc1, gc2 (toward the client) and gs1, gs2 (toward the server).</summary>
    public NetworkNamespace Gateway { get; }

    /// <summary>The host that accepts connections.</summary>
    public NetworkNamespace Server { get; }

    /// <summary>The second host that opens connections; null unless the options ask for one.</summary>
    public LabTenant? Tenant { get; }

    /// <summary>Path 1 and path 2.</summary>
    public IReadOnlyList<LabPath> Paths { get; }

    /// <summary>Processes of the delay lines, for diagnosis; empty without delays.</summary>
    public IReadOnlyList<LabProcess> DelayProcesses => [.. DelayLines.Select(line => line.Process).OfType<LabProcess>()];

    internal IReadOnlyList<DelayLineHost> DelayLines { get; }

    internal IEnumerable<NetworkNamespace> Namespaces =>
        [Client, Gateway, Server, .. Tenant is { } tenant ? [tenant.Space] : (NetworkNamespace[])[], .. DelayLines.Select(line => line.Space)];

    /// <summary>Raises a lab.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ToolFailedException">A tool failed; what was created is removed again.</exception>
    public static async Task<MptcpLab> RaiseAsync(LabOptions? options = null)
    {
        options ??= new LabOptions();
        options.Validate();
        var lab = new MptcpLab(options);
        LabTeardown.Register(lab._record);
        try
        {
            await new TopologyBuilder(lab).BuildAsync().ConfigureAwait(false);
            if (lab.Tenant is { } tenant)
            {
                await new TenantBuilder(lab, tenant).BuildAsync().ConfigureAwait(false);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes labs whose owner process is dead. Returns their names.</summary>
    public static IReadOnlyList<string> CleanLeftovers() => LabTeardown.Clean();

    /// <summary>Runs a transfer to its end.</summary>
    public async Task<TransferResult> TransferAsync(TransferSpec spec)
    {
        await using Transfer transfer = await StartTransferAsync(spec).ConfigureAwait(false);
        return await transfer.Completion.ConfigureAwait(false);
    }

    /// <summary>Starts a transfer.</summary>
    public async Task<Transfer> StartTransferAsync(TransferSpec spec)
    {
        ulong id = NewId();
        LabProcess sender = await StartClientAsync(spec.From, spec.To, spec.Mptcp, [
            "--id", Text(id),
            "--direction", spec.Direction.ToString(),
            "--bytes", Text(spec.Bytes ?? long.MaxValue),
            "--milliseconds", Text((long?)spec.Duration?.TotalMilliseconds ?? long.MaxValue),
            "--connections", Text(spec.Connections),
            "--verify", spec.Verify ? "true" : "false",
        ]).ConfigureAwait(false);
        return new Transfer(spec, id, sender, _board);
    }

    /// <summary>Sends requests over one connection, each once the one before was answered.</summary>
    /// <param name="count">Requests.</param>
    /// <param name="interval">Pause between them; long ones keep an idle connection.</param>
    /// <param name="size">Bytes of request and response.</param>
    /// <param name="mptcp">Whether the client opens an MPTCP socket.</param>
    /// <param name="to">The server's address; null takes that of path 1.</param>
    /// <param name="cancellation">Ends it early, as lost.</param>
    public async Task<PingResult> PingAsync(
        int count = 10,
        TimeSpan? interval = null,
        int size = 64,
        bool mptcp = true,
        IPAddress? to = null,
        CancellationToken cancellation = default)
    {
        ulong id = NewId();
        LabProcess sender = await StartClientAsync(null, to, mptcp, [
            "--id", Text(id),
            "--ping", Text(count),
            "--size", Text(size),
            "--milliseconds", Text((long)(interval?.TotalMilliseconds ?? 0)),
        ]).ConfigureAwait(false);
        await using (sender.ConfigureAwait(false))
        {
            try
            {
                await sender.WaitForExitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await sender.KillAsync().ConfigureAwait(false);
            }
        }

        return _board.Pinged(id) is { } end
            ? new PingResult((int)end.Bytes, [.. (end.RoundTripsMs ?? []).Select(TimeSpan.FromMilliseconds)], end.Error, end.Mptcp)
            : new PingResult(0, [], "ended before it reported", null);
    }

    /// <summary>Starts a client that times one download after the other from within one warm process.</summary>
    /// <param name="to">The server's address; null takes that of path 1.</param>
    public async Task<FlowTimer> StartFlowTimerAsync(IPAddress? to = null)
    {
        await ServeAsync().ConfigureAwait(false);
        return new FlowTimer(Client, new IPEndPoint(to ?? Paths[0].Server(Options.Family), Port));
    }

    /// <summary>Reads what both paths have delivered so far.</summary>
    public async Task<PathReading> ReadPathsAsync()
    {
        double now = AgentMessage.Clock;
        IReadOnlyDictionary<string, LinkCounters>[] hosts =
            await Task.WhenAll(Client.ReadLinksAsync(), Server.ReadLinksAsync()).ConfigureAwait(false);
        return new PathReading(
            now,
            [.. Paths.Select(path => hosts[1][path.ServerNic].RxBytes)],
            [.. Paths.Select(path => hosts[0][path.ClientNic].RxBytes)]);
    }

    /// <summary>Changes a shaped path's rate, where the lab shapes it; what is queued there is lost.</summary>
    /// <exception cref="InvalidOperationException">The path was raised without a rate.</exception>
    public async Task SetRateAsync(int path, double rateMbps)
    {
        if (Options.Link(path).RateMbps is null)
        {
            throw new InvalidOperationException($"Path {path} is not shaped: raise the lab with a rate for it.");
        }

        LabPath link = Paths[path - 1];
        await (Options.Mode switch
        {
            LabMode.Wire => Task.WhenAll(Shape(Client, link.ClientNic), Shape(Server, link.ServerNic)),
            LabMode.Spread => Task.WhenAll(Shape(Gateway, link.GatewayServerPort), Shape(Server, link.ServerNic)),
            _ => Task.WhenAll(Shape(Gateway, link.GatewayClientPort), Shape(Gateway, link.GatewayServerPort)),
        }).ConfigureAwait(false);

        Task Shape(NetworkNamespace space, string nic) => space.TcAsync(Shaper.Change(nic, rateMbps));
    }

    /// <summary>Changes a delayed path's one-way delay; frames on their way keep theirs, and the order.</summary>
    /// <exception cref="InvalidOperationException">The path was raised without a delay.</exception>
    public Task SetDelayAsync(int path, int delayMs) =>
        DelayLines.FirstOrDefault(line => line.Path.Number == path)?.Process is { } process
            ? process.WriteLineAsync(delayMs.ToString(CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"Path {path} is not delayed: raise the lab with a delay for it.");

    /// <summary>Makes the gateway's own routing send the second tenant's packets over path 2 instead of path 1, or ends it.</summary>
    /// <exception cref="InvalidOperationException">The lab has no second tenant.</exception>
    public Task RouteTenantOverPath2Async(bool on) => Tenant is null
        ? throw new InvalidOperationException("The lab has no second tenant: raise it with SecondTenant.")
        : new TenantBuilder(this, Tenant).RouteOverPath2Async(on);

    /// <summary>Joins a path's two gateway ports by a plain kernel bridge (br1, br2): the baseline of a wire lab.</summary>
    public Task BridgePathAsync(int path)
    {
        LabPath link = Paths[path - 1];
        return Gateway.IpAsync(
            $"link add br{path} type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            $"link set {link.GatewayClientPort} master br{path}",
            $"link set {link.GatewayServerPort} master br{path}",
            $"link set br{path} up");
    }

    /// <summary>Takes the bridge away again: the ports are bare.</summary>
    public Task UnbridgePathAsync(int path) => Gateway.IpAsync($"link delete br{path}");

    /// <summary>Ends its processes and removes its namespaces.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await Task.Run(() => LabTeardown.Remove(Name)).ConfigureAwait(false);
        foreach (LabProcess process in (LabProcess[])[.. DelayProcesses, .. _server is null ? [] : (LabProcess[])[_server]])
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        _serving.Dispose();
    }

    private async Task<LabProcess> StartClientAsync(NetworkNamespace? from, IPAddress? to, bool mptcp, string[] arguments)
    {
        await ServeAsync().ConfigureAwait(false);
        return Agent.Start(
            from ?? Client,
            [
                "send",
                "--to", new IPEndPoint(to ?? Paths[0].Server(Options.Family), Port).ToString(),
                "--mptcp", mptcp ? "true" : "false",
                .. arguments,
            ],
            _board.Add);
    }

    private async Task ServeAsync()
    {
        await _serving.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_server is null)
            {
                LabProcess server = Agent.Start(Server, ["serve", "--port", Text(Port)], _board.Add);
                await server.WaitForAsync(() => server.Output.Count > 0, "the server listens").ConfigureAwait(false);
                _server = server;
            }
        }
        finally
        {
            _serving.Release();
        }
    }

    private static ulong NewId() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 1;

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
