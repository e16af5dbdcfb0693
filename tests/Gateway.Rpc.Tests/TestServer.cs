using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Rpc.Tests;

/// <summary>A server on a Unix socket and on a loopback port, in this process.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory;

    private TestServer(WebApplication app, string directory, EchoService echo, HealthService health, ConcurrentQueue<string> log)
    {
        _app = app;
        _directory = directory;
        Echo = echo;
        Health = health;
        Log = log;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First(address => address.StartsWith("http://127", StringComparison.Ordinal)));
        Channel = RpcChannel.ForAddress(Address);
    }

    internal EchoService Echo { get; }

    internal HealthService Health { get; }

    internal ConcurrentQueue<string> Log { get; }

    internal Uri Address { get; }

    internal string SocketPath => Path.Combine(_directory, "rpc.sock");

    internal RpcChannel Channel { get; }

    internal static async Task<TestServer> StartAsync(GrpcServerOptions? options = null, string? socketPath = null)
    {
        string directory = Directory.CreateTempSubdirectory("gateway-rpc-").FullName;
        ConcurrentQueue<string> log = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new QueueLogger(log)).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ListenGrpcUnixSocket(socketPath ?? Path.Combine(directory, "rpc.sock"));
        builder.WebHost.ListenGrpc(new IPEndPoint(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        EchoService echo = new();
        HealthService health = new();
        app.MapGrpcServices([echo, health], options);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }

        return new TestServer(app, directory, echo, health, log);
    }

    internal Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private sealed class QueueLogger(ConcurrentQueue<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
