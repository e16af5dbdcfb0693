using System.Net;
using Gateway.Daemon.Access;
using Gateway.Daemon.Auditing;
using Gateway.Daemon.Tests.Lifecycle;
using Gateway.Lab;
using Gateway.Rpc;
using Google.Rpc;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Tests.Access;

/// <summary>Access control around a service, over TLS, in time that the test tells.</summary>
public sealed class AccessControlTests : IAsyncLifetime, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gwd-access-").FullName;
    private readonly ManualTime _time = new();
    private readonly HealthService _health = new();
    private readonly RefusalCounters _counters = new();
    private readonly TestAuthority _authority;
    private readonly WebApplication _app;

    public AccessControlTests()
    {
        _authority = new TestAuthority(_directory, "ca");
        _authority.IssueServer("server");
        _authority.IssueClient("one", "spiffe://example.net/one");
        _authority.IssueClient("two", "spiffe://example.net/two");
        var limits = new CallLimits { RequestsPerSecond = 5, Calls = 3 };
        var uses = new CallerUses(limits, _time);
        var callers = new Callers([new AccessRule(CallerKind.Uri, "spiffe://example.net/*", Role.Viewer)], 0);
        var audit = new AuditLog(new AuditFile(Path.Combine(_directory, "audit.jsonl")), uses, _counters, _time, new LogLines<AuditLog>());
        var access = new AccessControl(callers, uses, limits, _counters, _time);
        TlsMaterial material = Files("server").Load();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ListenGrpcMutualTls(
            new IPEndPoint(IPAddress.Loopback, 0), new MutualTlsOptions { Material = () => material, Refused = audit.OnConnectionRefused });
        _app = builder.Build();
        _health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        _app.MapGrpcServices([_health], new GrpcServerOptions { Interceptors = { audit.AroundAsync, access.AroundAsync } });
    }

    private string Address => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    public Task InitializeAsync() => _app.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_caller_who_asks_for_too_much_is_told_so_and_no_other_is()
    {
        using RpcChannel one = Connect("one"), two = Connect("two");
        for (int i = 0; i < 10; i++)
        {
            await CheckAsync(one);
        }

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(one));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("spiffe://example.net/one makes more than 5 calls in a second: slow down", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(200, refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().TotalMilliseconds, 1);
        await CheckAsync(two);
        _time.Pass(TimeSpan.FromSeconds(0.2));
        await CheckAsync(one);
        Assert.Equal((AccessRefusal.TooManyRequests, 1L), _counters.Read().Single(r => r.Count > 0));
    }

    [Fact]
    public async Task Calls_at_once_are_bounded()
    {
        using RpcChannel one = Connect("one");
        using var ended = new CancellationTokenSource();
        List<IAsyncEnumerator<HealthCheckResponse>> watches = [];
        for (int i = 0; i < 3; i++)
        {
            watches.Add(one.ServerStreaming(HealthMethods.Watch, new HealthCheckRequest(), null, ended.Token).GetAsyncEnumerator());
            Assert.True(await watches[^1].MoveNextAsync());
        }

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(one));
        Assert.Contains("has 3 calls already: end some", refused.Status.Detail, StringComparison.Ordinal);
        await ended.CancelAsync();
        await Wait.UntilAsync(
            async () =>
            {
                _time.Pass(TimeSpan.FromSeconds(1));
                try
                {
                    await CheckAsync(one);
                    return true;
                }
                catch (RpcException failure) when (failure.StatusCode == StatusCode.ResourceExhausted)
                {
                    return false;
                }
            },
            "the ended calls make room",
            TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_certificate_that_ends_while_connected_is_refused()
    {
        using RpcChannel one = Connect("one");
        await CheckAsync(one);
        _time.Jump(TimeSpan.FromDays(4000));
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(one));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Contains("connect again with a new one", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Replaced_certificates_are_used_once_they_fit_together()
    {
        var watch = new TlsFileWatch(Files("server"), _time);
        List<string> problems = [];
        watch.Unusable = problems.Add;
        string before = watch.Current.Certificate.Thumbprint;
        string oldKey = File.ReadAllText(_authority.PathOf("server.key"));
        _authority.IssueServer("server");
        string newKey = File.ReadAllText(_authority.PathOf("server.key"));
        Assert.Equal(before, watch.Current.Certificate.Thumbprint);

        File.WriteAllText(_authority.PathOf("server.key"), oldKey);
        for (int i = 0; i < 3; i++)
        {
            _time.Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(before, watch.Current.Certificate.Thumbprint);
        }

        Assert.Contains("does not belong to the certificate", Assert.Single(problems), StringComparison.Ordinal);
        File.WriteAllText(_authority.PathOf("server.key"), newKey);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.NotEqual(before, watch.Current.Certificate.Thumbprint);
    }

    private static Task<HealthCheckResponse> CheckAsync(RpcChannel channel) => channel.UnaryAsync(HealthMethods.Check, new HealthCheckRequest());

    private RpcChannel Connect(string name) => RpcChannel.ForMutualTls(Address, Files(name).Load(), "gateway.test");

    private TlsFiles Files(string name) =>
        new() { Ca = _authority.PathOf("ca.pem"), Certificate = _authority.PathOf($"{name}.pem"), Key = _authority.PathOf($"{name}.key") };
}
