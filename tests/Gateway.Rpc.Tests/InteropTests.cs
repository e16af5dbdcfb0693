using System.Diagnostics;
using Grpc.Health.V1;

namespace Gateway.Rpc.Tests;

/// <summary>gRPC's own clients in other languages against the server.</summary>
public sealed class InteropTests(InteropClients clients) : IClassFixture<InteropClients>, IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _server.Health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("unary")]
    [InlineData("server_streaming")]
    [InlineData("client_streaming")]
    [InlineData("duplex")]
    [InlineData("ping_pong")]
    [InlineData("deadline")]
    [InlineData("cancellation")]
    [InlineData("sizes")]
    [InlineData("gzip")]
    [InlineData("metadata")]
    [InlineData("errors")]
    [InlineData("health")]
    [InlineData("reflection")]
    public async Task Python_passes(string check)
    {
        await clients.RunPythonAsync($"unix:{_server.SocketPath}", check);
        await clients.RunPythonAsync(_server.Address.Authority, check);
    }

    [Theory]
    [InlineData("unary")]
    [InlineData("server_streaming")]
    [InlineData("client_streaming")]
    [InlineData("duplex")]
    [InlineData("deadline")]
    [InlineData("cancellation")]
    [InlineData("sizes")]
    [InlineData("errors")]
    public async Task JavaScript_passes(string check)
    {
        await clients.RunNodeAsync($"unix:{_server.SocketPath}", check);
        await clients.RunNodeAsync(_server.Address.Authority, check);
    }
}

/// <summary>Prepares the clients: Python stubs from the proto files, packages of npm.</summary>
public sealed class InteropClients : IAsyncLifetime
{
    private const string Python = "/usr/bin/python3";

    private readonly string _root = FindRoot();
    private readonly string _stubs = Directory.CreateTempSubdirectory("gateway-rpc-stubs-").FullName;
    private string _modules = "";

    private string TestProtos => Path.Combine(_root, "tests", "Gateway.Rpc.Tests", "Protos");

    public async Task InitializeAsync()
    {
        await GenerateAsync(TestProtos, _stubs, "echo.proto");
        string protos = Path.Combine(_root, "protos");
        string google = Directory.CreateDirectory(Path.Combine(_stubs, "google", "rpc")).FullName;
        await GenerateAsync(protos, _stubs, "google/rpc/status.proto", "google/rpc/error_details.proto");

        // The google package exists already; this adds to its path. A package named grpc would hide gRPC itself.
        await File.WriteAllTextAsync(Path.Combine(_stubs, "sitecustomize.py"),
            $"import google\ngoogle.__path__.append({PythonString(Path.GetDirectoryName(google)!)})\n");
        await GenerateFlatAsync(protos, "grpc/health/v1/health.proto", "grpc_health_stub", "health");
        await GenerateFlatAsync(protos, "grpc/reflection/v1/reflection.proto", "grpc_reflection_stub", "v1");
        await GenerateFlatAsync(protos, "grpc/reflection/v1alpha/reflection.proto", "grpc_reflection_stub", "v1alpha");

        _modules = await NodeModules.InstallAsync(_root);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_stubs, recursive: true);
        return Task.CompletedTask;
    }

    internal Task RunPythonAsync(string target, string check) =>
        RunAsync(Python, [Path.Combine(AppContext.BaseDirectory, "Interop", "client.py"), target, _stubs, check], _stubs);

    internal Task RunNodeAsync(string target, string check) =>
        RunAsync("node", [Path.Combine(AppContext.BaseDirectory, "Interop", "client.cjs"), target, TestProtos, check, _modules], _modules);

    /// <summary>Generates stubs under other file names, so that no Python package named grpc is needed.</summary>
    private async Task GenerateFlatAsync(string protos, string proto, string package, string name)
    {
        string source = Directory.CreateDirectory(Path.Combine(_stubs, "source", package)).FullName;
        File.Copy(Path.Combine(protos, proto), Path.Combine(source, $"{name}.proto"));
        await GenerateAsync(Path.GetDirectoryName(source)!, _stubs, $"{package}/{name}.proto");
    }

    private static Task GenerateAsync(string include, string output, params string[] protos) =>
        RunAsync(
            Python,
            ["-m", "grpc_tools.protoc", "-I", include, $"--python_out={output}", $"--grpc_python_out={output}", .. protos],
            output);

    private static async Task RunAsync(string program, IEnumerable<string> arguments, string directory)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONPATH"] = directory;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.HasExited && process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{await output}\n{await errors}");
    }

    private static string PythonString(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    internal static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Gateway.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run from a build inside the repository.");
    }
}
