using Gateway.Client;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>The real daemon with a real NIC.</summary>
public sealed class DaemonTests : IDisposable
{
    private const string Policy = """
        version: 1
        name: first
        chains:
          - name: watch
            priority: 10
            select: { packet_type: mptcp }
            actors: [record]
        """;

    private const string NamesNear = """
        version: 1
        name: near
        chains:
          - name: here
            priority: 10
            ports: [near]
            actors: [count]
        """;

    private readonly DaemonFixture _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task A_port_is_attached_listed_and_detached()
    {
        using GatewayClient client = _daemon.Start();

        AttachPortResponse attached = await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        Port port = Assert.Single(attached.Ports);
        Assert.Equal(("near", "veth", XdpMode.Native), (port.Nic, port.Driver, port.Xdp));
        Assert.Contains("xdp", _daemon.Attached(), StringComparison.Ordinal);
        Assert.Equal("near", Assert.Single((await client.Ports.ListAsync()).Ports).Nic);
        Assert.Contains((await client.Telemetry.CountersAsync()).Ports, p => p is { Nic: "near", Hook: "ingress" });

        await Fails(StatusCode.AlreadyExists, () => client.Ports.AttachAsync(new AttachPortRequest { Nic = "near", Checksum = ChecksumMode.Partial }));
        await Fails(StatusCode.NotFound, () => client.Ports.AttachAsync(new AttachPortRequest { Nic = "nowhere" }));
        await Fails(StatusCode.InvalidArgument, () => client.Ports.AttachAsync(new AttachPortRequest()));
        await Fails(StatusCode.NotFound, () => client.Ports.DetachAsync("far"));

        Assert.Equal(["near"], (await client.Ports.DetachAsync("near")).Nics);
        Assert.DoesNotContain("xdp", _daemon.Attached(), StringComparison.Ordinal);
        Assert.Contains("PortService/Attach by root (uid 0) as admin: OK", _daemon.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void It_watches_no_directories()
    {
        using GatewayClient client = _daemon.Start("--prometheus", "127.0.0.1:9464");

        Assert.DoesNotContain(
            Directory.GetFiles($"/proc/{_daemon.ProcessId}/fdinfo").SelectMany(File.ReadAllLines),
            line => line.StartsWith("inotify wd:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_is_applied_read_back_and_cleared()
    {
        using GatewayClient client = _daemon.Start();
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        Assert.Null((await client.Policies.GetAsync()).Applied);

        AppliedPolicy first = (await client.Policies.ApplyAsync(Policy)).Applied;
        Assert.Equal(("first", 1ul, 1u), (first.Name, first.Revision, first.Compiled.Chains));
        GetPolicyResponse running = await client.Policies.GetAsync();
        Assert.Equal(first.Revision, running.Applied.Revision);
        Assert.Equal("watch", Assert.Single(running.Policy.Chains).Name);

        // The message and the text that are given back are the policy.
        Assert.Equal(2ul, (await client.Policies.ApplyAsync(running.Policy, expectedRevision: 1)).Applied.Revision);
        Assert.Equal(3ul, (await client.Policies.ApplyAsync(running.Yaml, expectedRevision: 2)).Applied.Revision);

        RevisionMismatchException refused = await Mismatch(3, () => client.Policies.ApplyAsync(Policy, expectedRevision: 1));
        Assert.Contains("Revision 3 runs", refused.Message, StringComparison.Ordinal);
        await Mismatch(3, () => client.Policies.ClearAsync(expectedRevision: 2));
        Assert.Equal("watch", Assert.Single((await client.Telemetry.CountersAsync()).Chains).Chain);

        Assert.Equal(3ul, (await client.Policies.ClearAsync()).ClearedRevision);
        Assert.Equal(0ul, (await client.Policies.ClearAsync()).ClearedRevision);
        Assert.Equal(4ul, (await client.Policies.ApplyAsync(Policy)).Applied.Revision);
    }

    [Fact]
    public async Task Every_error_is_reported_and_nothing_changes()
    {
        using GatewayClient client = _daemon.Start();
        const string bad = """
            version: 1
            name: Bad Name
            chains:
              - name: one
                priority: 70000
                select: { src: 10.0.0.300 }
                actors: [frobnicate]
            """;
        ValidatePolicyResponse validated = await client.Policies.ValidateAsync(bad);
        Assert.Null(validated.Compiled);
        Assert.True(validated.Errors.Count >= 4, validated.ToString());
        Assert.All(validated.Errors, e => Assert.True(e.Line > 0 && e.Hint.Length > 0));

        PolicyRejectedException rejected = await Assert.ThrowsAsync<PolicyRejectedException>(() => client.Policies.ApplyAsync(bad));
        Assert.Equal(validated.Errors.Select(e => e.Path), rejected.Errors.Select(e => e.Path));
        Assert.Null((await client.Policies.GetAsync()).Applied);
    }

    [Fact]
    public async Task A_nic_the_running_policy_names_stays()
    {
        using GatewayClient client = _daemon.Start();
        await Assert.ThrowsAsync<PolicyRejectedException>(() => client.Policies.ApplyAsync(NamesNear));
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        AppliedPolicy applied = (await client.Policies.ApplyAsync(NamesNear)).Applied;

        RpcException refused = await Fails(StatusCode.FailedPrecondition, () => client.Ports.DetachAsync("near"));
        Assert.Contains("here", refused.Status.Detail, StringComparison.Ordinal);

        // Another port: the policy is compiled for it, and stays the same revision.
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "far" });
        AppliedPolicy refitted = (await client.Policies.GetAsync()).Applied;
        Assert.Equal(applied.Revision, refitted.Revision);
        Assert.NotEqual(applied.Generation, refitted.Generation);
        await client.Ports.DetachAsync("far");
    }

    [Fact]
    public async Task A_killed_daemon_finds_its_data_path_again()
    {
        using (GatewayClient client = _daemon.Start())
        {
            Assert.False((await client.System.StatusAsync()).Readopted);
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
            await client.Policies.ApplyAsync(NamesNear);
        }

        _daemon.Stop("KILL");
        Assert.Contains("xdp", _daemon.Attached(), StringComparison.Ordinal);

        using GatewayClient again = _daemon.Start();
        StatusResponse status = await again.System.StatusAsync();
        Assert.True(status.Readopted);
        Assert.Equal((1u, 1ul, "near"), (status.Ports, status.Policy.Revision, status.Policy.Name));
        Assert.NotEmpty(status.Programs);
        Assert.NotEmpty(status.Features);
        Assert.Equal("here", Assert.Single((await again.Policies.GetAsync()).Policy.Chains).Name);
        Assert.Equal(2ul, (await again.Policies.ApplyAsync(NamesNear, expectedRevision: 1)).Applied.Revision);
        Assert.Empty((await again.Connections.ListAsync(includeClosed: true)).Connections);
    }

    [Fact]
    public async Task Sigterm_ends_the_daemon_and_leaves_the_data_path()
    {
        using (GatewayClient client = _daemon.Start())
        {
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        }

        Assert.Equal(0, _daemon.Stop("TERM"));
        Assert.Contains("xdp", _daemon.Attached(), StringComparison.Ordinal);

        (int code, string output, string errors) = _daemon.Run("--cleanup");
        Assert.True(code == 0, errors);
        Assert.Contains("removed ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("xdp", _daemon.Attached(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_daemon.Pins));
    }

    [Fact]
    public async Task A_second_daemon_is_refused_in_one_line()
    {
        using GatewayClient client = _daemon.Start();

        (int code, _, string errors) = _daemon.Run();
        Assert.Equal(3, code);
        Assert.Matches(@"^gatewayd: Another gatewayd \(pid \d+\) manages [^\n]+\n$", errors);

        Assert.Equal(3, _daemon.Run("--cleanup").Code);

        // Other pins, the same socket.
        Assert.Equal(3, _daemon.RunWith(_daemon.Pins + "-2").Code);
        Assert.False(Directory.Exists(_daemon.Pins + "-2"));
        Assert.NotEqual(0u, (await client.System.StatusAsync()).ProcessId);
    }

    [Fact]
    public async Task Clean_up_leaves_nothing_and_ends_the_daemon()
    {
        using (GatewayClient client = _daemon.Start())
        {
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
            await client.Policies.ApplyAsync(Policy);
            Assert.NotEmpty((await client.System.CleanUpAsync()).Removed);
        }

        Assert.Equal(0, _daemon.WaitForEnd());
        Assert.DoesNotContain("xdp", _daemon.Attached(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_daemon.Pins));
    }

    [Theory]
    [InlineData(2, "--log-level", "loud")]
    [InlineData(2, "--flow-entries", "3")]
    [InlineData(2, "--frobnicate")]
    [InlineData(2, "--prometheus", "10.0.0.1:9464")]
    [InlineData(2, "--otlp", "collector")]
    [InlineData(2, "--log-level")]
    public void A_bad_command_line_is_explained_in_one_line(int expected, params string[] arguments)
    {
        (int code, _, string errors) = _daemon.Run(arguments);

        Assert.True(code == expected, $"{code}: {errors}");
        Assert.Matches(@"^gatewayd: [^\n]+\n$", errors);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void Pins_that_cannot_be_are_explained_in_one_line(int expected, bool isPath)
    {
        (int code, _, string errors) = _daemon.RunWith(isPath ? $"/proc/{_daemon.Namespace}/gateway" : "");

        Assert.True(code == expected, $"{code}: {errors}");
        Assert.Matches(@"^gatewayd: [^\n]+\n$", errors);
    }

    [Fact]
    public void Missing_privileges_are_named()
    {
        (int code, _, string errors) = Command.TryRun(
            "setpriv", "--reuid=65534", "--clear-groups", "dotnet", Path.Combine(AppContext.BaseDirectory, "gatewayd.dll"));

        Assert.Equal(4, code);
        Assert.Matches(@"^gatewayd: [^\n]*CAP_NET_ADMIN[^\n]+\n$", errors);
    }

    [Fact]
    public async Task Streams_begin_and_end_with_the_daemon()
    {
        using GatewayClient client = _daemon.Start();
        await using IAsyncEnumerator<Event> events = client.Telemetry.EventsAsync().GetAsyncEnumerator();
        await using IAsyncEnumerator<ConnectionUpdate> connections = client.Connections.WatchAsync().GetAsyncEnumerator();
        Task<bool> nextEvent = events.MoveNextAsync().AsTask(), nextConnection = connections.MoveNextAsync().AsTask();
        await client.System.StatusAsync();

        Assert.Equal(0, _daemon.Stop("TERM"));
        await Assert.ThrowsAnyAsync<Exception>(() => nextEvent);
        await Assert.ThrowsAnyAsync<Exception>(() => nextConnection);
    }

    [Fact]
    public void Python_can_call_it()
    {
        using GatewayClient client = _daemon.Start();
        PythonStubs.Run("client.py", _daemon.Socket);
    }

    [Fact]
    public void Python_can_fill_a_set_of_subflows_by_a_stream()
    {
        using GatewayClient client = _daemon.Start();
        PythonStubs.Run("sets.py", _daemon.Socket);
        Assert.Contains("Set edge: 20001 subflows added, 500 removed.", _daemon.Log, StringComparison.Ordinal);
    }

    private static async Task<RevisionMismatchException> Mismatch<T>(ulong running, Func<Task<T>> call)
    {
        RevisionMismatchException failure = await Assert.ThrowsAsync<RevisionMismatchException>(call);
        Assert.Equal(running, failure.RunningRevision);
        return failure;
    }

    private static async Task<RpcException> Fails<T>(StatusCode code, Func<Task<T>> call)
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, failure.StatusCode);
        Assert.NotEmpty(failure.Status.Detail);
        return failure;
    }
}
