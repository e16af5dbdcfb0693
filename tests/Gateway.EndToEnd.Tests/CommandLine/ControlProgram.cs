using System.Text.Json;
using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>gatewayctl, as a process of its own.</summary>
internal sealed class ControlProgram(PathUnderTest path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Starts it. A shell's background jobs, and so these tests, may ignore SIGINT; a person's program does not.</summary>
    public LabProcess Start(params string[] arguments) => path.Lab.Gateway.Start(
        "env", ["--default-signal=INT", "dotnet", ProgramPath(), .. arguments, "--socket", path.Gateway.SocketPath]);

    /// <summary>Runs it to its end.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using LabProcess process = Start(arguments);
        using var limit = new CancellationTokenSource(Limit);
        int code = await process.WaitForExitAsync(limit.Token);
        return (code, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }

    /// <summary>Runs it to a good end and reads its one line of JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await RunAsync([.. arguments, "-o", "json"]);
        Assert.True(code == 0, $"{code}: {output}\n{errors}");
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static string ProgramPath()
    {
        // out/bin/<project>/<configuration>/ holds every project side by side.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, "Gateway.Cli", here.Name, "gatewayctl.dll");
    }
}
