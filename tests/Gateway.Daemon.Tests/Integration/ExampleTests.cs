using Gateway.Client;
using Gateway.V1;
using Readme;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>The examples of the client library do what they say.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly DaemonFixture _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task The_README_s_example_works_as_it_stands_there()
    {
        using GatewayClient started = _daemon.Start();
        await ReadmeExample.RunAsync(_daemon.Socket);

        GetPolicyResponse running = await started.Policies.GetAsync();
        Assert.Equal(("lte-is-backup", PolicyRevision.Types.State.Running), (running.Applied.Name, running.Revision.State));

        string root = PythonStubs.Root();
        string[] source = Lines(await File.ReadAllTextAsync(Path.Combine(root, "tests/Gateway.Daemon.Tests/Integration/ReadmeExample.cs")));
        string readme = await File.ReadAllTextAsync(Path.Combine(root, "README.md"));
        string[] example = Lines(readme.Split("```csharp\n")[1].Split("```")[0].Replace("GatewayClient.DefaultSocketPath", "socket", StringComparison.Ordinal));
        Assert.True(example.Length > 5);
        Assert.All(example, line => Assert.Contains(line, source));
    }

    [Fact]
    public async Task The_Python_example_demotes()
    {
        using GatewayClient started = _daemon.Start();
        string stubs = Directory.CreateTempSubdirectory("gwd-stubs-").FullName;
        try
        {
            PythonStubs.Generate(stubs);
            string script = Path.Combine(PythonStubs.Root(), "src/Gateway.Client/Examples/demote.py");
            for (int i = 0; i < 2; i++)
            {
                Command.Run(PythonStubs.Python, script, $"unix:{_daemon.Socket}", stubs, "10.0.2.0/24");
            }
        }
        finally
        {
            Directory.Delete(stubs, recursive: true);
        }

        AppliedPolicy applied = (await started.Policies.GetAsync()).Applied;
        Assert.Equal(("lte-is-backup", 2ul), (applied.Name, applied.Revision));
    }

    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
