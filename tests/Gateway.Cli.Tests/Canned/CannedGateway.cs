using System.Runtime.Versioning;
using Gateway.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Gateway.Cli.Tests;

/// <summary>A gRPC server on a Unix socket of its own, with known answers.</summary>
internal sealed class CannedGateway : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gatewayctl-");
    private readonly WebApplication _application;

    private CannedGateway()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ListenGrpcUnixSocket(Socket);
        _application = builder.Build();
        _application.MapGrpcServices([Policies, Ports, Connections, Telemetry, System]);
    }

    public string Socket => Path.Combine(_directory.FullName, "gateway.sock");

    public CannedPolicies Policies { get; } = new();

    public CannedPorts Ports { get; } = new();

    public CannedConnections Connections { get; } = new();

    public CannedTelemetry Telemetry { get; } = new();

    public CannedSystem System { get; } = new();

    public static async Task<CannedGateway> StartAsync()
    {
        CannedGateway gateway = new();
        await gateway._application.StartAsync();
        return gateway;
    }

    /// <summary>Runs gatewayctl on this gateway.</summary>
    public Task<Finished> RunAsync(params string[] arguments) => Gatewayctl.RunAsync(["--socket", Socket, .. arguments]);

    /// <summary>Starts gatewayctl on this gateway.</summary>
    public Gatewayctl Start(params string[] arguments) => Gatewayctl.Start(["--socket", Socket, .. arguments]);

    /// <summary>A file beside the socket.</summary>
    public string WriteFile(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Lets every user look up the socket, which its own mode still keeps to root.</summary>
    [SupportedOSPlatform("linux")]
    public void LetEveryoneFindTheSocket() => _directory.UnixFileMode |= UnixFileMode.OtherExecute;

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
