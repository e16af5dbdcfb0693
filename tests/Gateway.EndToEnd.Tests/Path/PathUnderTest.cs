using Gateway.Client;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>Hosts, a real gatewayd between them, and what must hold whatever the gateway does.</summary>
internal sealed class PathUnderTest : IAsyncDisposable
{
    private readonly Nstat _client;
    private readonly Nstat _server;
    private readonly HashSet<string> _earlier;
    private readonly Func<Task> _release;

    private PathUnderTest(
        MptcpLab lab, GatewayUnderLab gateway, Family family, Nstat client, Nstat server, HashSet<string> earlier, Func<Task> release)
    {
        Lab = lab;
        Gateway = gateway;
        Family = family;
        _client = client;
        _server = server;
        _earlier = earlier;
        _release = release;
    }

    public MptcpLab Lab { get; }

    public GatewayUnderLab Gateway { get; }

    public GatewayClient Api => Gateway.Client;

    public Family Family { get; }

    /// <summary>Raises a lab and starts the daemon with all ports attached, for one test alone.</summary>
    public static async Task<PathUnderTest> RaiseAsync(LabOptions options, XdpMode xdp = XdpMode.Native, Func<MptcpLab, Task<DaemonStart>>? start = null)
    {
        MptcpLab lab = await MptcpLab.RaiseAsync(options);
        try
        {
            GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab, xdp: xdp, start: start is null ? null : await start(lab));
            return await OfAsync(lab, gateway, options.Family, async () =>
            {
                await gateway.DisposeAsync();
                await lab.DisposeAsync();
            });
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path as it is now: host counters and connections of before do not count.</summary>
    public static async Task<PathUnderTest> OfAsync(MptcpLab lab, GatewayUnderLab gateway, Family family, Func<Task> release) => new(
        lab,
        gateway,
        family,
        await lab.Client.ReadNstatAsync(),
        await lab.Server.ReadNstatAsync(),
        [.. (await gateway.Client.Connections.ListAsync(includeClosed: true)).Connections.Select(Key)],
        release);

    /// <summary>Two links of 40 Mbit/s; the gateway's egress completes checksums, so the hosts verify them.</summary>
    public static LabOptions Routed(Family family = Family.V4) => new()
    {
        Family = family,
        Path1 = new LinkOptions(40),
        Path2 = new LinkOptions(40),
        RealChecksums = RealChecksums.Gateway,
    };

    /// <summary>Applies a policy of one chain named "watch" for every TCP packet, "record" first.</summary>
    public Task<ApplyPolicyResponse> WatchAsync(Func<ActorBuilder, ActorBuilder>? more = null) =>
        Api.Policies.ApplyAsync(PolicyChain.Named("watch").Do(a => (more ?? (x => x))(a.Record())).ToPolicy("watch"));

    /// <summary>A transfer that runs until it is stopped, with data on its way.</summary>
    public async Task<Transfer> StartAsync(Direction direction = Direction.Download)
    {
        Transfer transfer = await Lab.StartTransferAsync(new TransferSpec { Direction = direction, To = Lab.Paths[0].Server(Family) });
        await transfer.WaitForBytesAsync(100_000);
        return transfer;
    }

    /// <summary>Waits until the client's kernel has the second subflow, and data arrived since.</summary>
    public async Task WaitForJoinAsync(Transfer transfer)
    {
        try
        {
            await Wait.UntilAsync(
                async () => (await Lab.Client.ReadSubflowsAsync()).Any(s => s.Joined), "the client has a joined subflow");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await ReadCountersAsync()}", e);
        }

        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
    }

    /// <summary>Waits for a connection that fulfils a condition.</summary>
    public async Task<Connection> FindAsync(Func<Connection, bool> condition, string what)
    {
        Connection? found = null;
        ListConnectionsResponse listed = new();
        try
        {
            await Wait.UntilAsync(
                async () =>
                {
                    listed = await Api.Connections.ListAsync(includeClosed: true);
                    found = listed.Connections.FirstOrDefault(c => !_earlier.Contains(Key(c)) && condition(c));
                    return found is not null;
                },
                what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nlisted: {listed}\n{Gateway.Transcript}", e);
        }

        return found!;
    }

    /// <summary>What a host counter grew by on the client, and on the server.</summary>
    public async Task<(long Client, long Server)> GrowthAsync(string counter) =>
        ((await Lab.Client.ReadNstatAsync()).Since(_client)[counter], (await Lab.Server.ReadNstatAsync()).Since(_server)[counter]);

    /// <summary>No checksum error on either host; content as sent on every connection.</summary>
    public async Task AssertWholeAsync(params TransferResult[] results)
    {
        Assert.All(results, result => Assert.True(result.ContentOk, $"{result}\n{result.Errors}\n{Gateway.Transcript}"));
        Assert.Equal((0, 0), await GrowthAsync("TcpInCsumErrors"));
    }

    /// <summary>No connection went on as plain TCP, by the kernels' own counters.</summary>
    public async Task AssertNoFallbackAsync()
    {
        foreach ((NetworkNamespace host, Nstat before) in new[] { (Lab.Client, _client), (Lab.Server, _server) })
        {
            Nstat grown = (await host.ReadNstatAsync()).Since(before);
            Assert.DoesNotContain(grown.NonZero, counter => counter.Key.StartsWith("MPTcpExt", StringComparison.Ordinal)
                && counter.Key.Contains("Fallback", StringComparison.Ordinal));
            Assert.Equal(0, grown["MPTcpExtDataCsumErr"]);
        }
    }

    public async ValueTask DisposeAsync() => await _release();

    /// <summary>What hosts and gateway counted, for whoever reads why a test failed.</summary>
    private async Task<string> ReadCountersAsync()
    {
        Nstat client = (await Lab.Client.ReadNstatAsync()).Since(_client), server = (await Lab.Server.ReadNstatAsync()).Since(_server);
        return $"client: {Mptcp(client)}\nserver: {Mptcp(server)}\ngateway: {(await Api.Telemetry.CountersAsync()).Chains}";

        static string Mptcp(Nstat grown) => string.Join(
            ", ", grown.NonZero.Where(c => c.Key.StartsWith("MPTcpExt", StringComparison.Ordinal)).Select(c => $"{c.Key} {c.Value}"));
    }

    // Connections whose keys were never seen have no tokens.
    private static string Key(Connection connection) => $"{connection.Id} {connection.FirstSeenUnixNanos}";
}
