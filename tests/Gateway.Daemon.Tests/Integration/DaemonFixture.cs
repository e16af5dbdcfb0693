using System.Diagnostics;
using System.Text;
using Gateway.Client;
using Gateway.Daemon.Policies;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>A network namespace with a veth pair, and daemons that run in it; leaves nothing behind.</summary>
public sealed class DaemonFixture : IDisposable
{
    private readonly string _name = $"gwd-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly StringBuilder _log = new();
    private Process? _process;
    private string? _killFile;

    public DaemonFixture()
    {
        Directory.CreateDirectory(StateDirectory);
        Command.Run("ip", "netns", "add", _name);
        try
        {
            Command.Run("ip", "-n", _name, "link", "add", "near", "type", "veth", "peer", "name", "far");
            Command.Run("ip", "-n", _name, "link", "set", "near", "up");
            Command.Run("ip", "-n", _name, "link", "set", "far", "up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace the daemon runs in.</summary>
    public string Namespace => _name;

    public string Pins => $"/sys/fs/bpf/{_name}";

    public string Socket => Path.Combine(Root, "gateway.sock");

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>The daemon that was started last.</summary>
    public int ProcessId => _process!.Id;

    public string StateDirectory => Path.Combine(Root, "state");

    private string Root => Path.Combine(Path.GetTempPath(), _name);

    /// <summary>More of the environment of daemons that are started.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A path for a file of the test's own.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Starts the daemon with more arguments and waits until it says that it is ready.</summary>
    public GatewayClient Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("nsenter", [.. Arguments(Pins), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (_killFile is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(DaemonFixture).Assembly.Location;
            start.Environment["GATEWAY_TEST_KILL_FILE"] = _killFile;
        }

        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            Note(line.Data);
            if (line.Data?.Contains(" ready: ", StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"The daemon ended:\n{Log}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        ready.Task.WaitAsync(TimeSpan.FromMinutes(2)).GetAwaiter().GetResult();
        return GatewayClient.Connect(Socket);
    }

    /// <summary>Has daemons that are started from now on killed at a step of an apply.</summary>
    /// <param name="step">The step; empty = at none.</param>
    /// <returns>The file that names the step.</returns>
    public string KillAt(string step)
    {
        _killFile = Path.Combine(Root, "kill");
        File.WriteAllText(_killFile, step);
        return _killFile;
    }

    /// <summary>The policy state, as a daemon that starts would read it; an empty one when there is none.</summary>
    internal PolicyState StateOnDisk()
    {
        string path = Path.Combine(StateDirectory, "policy-state");
        return File.Exists(path) ? StateFile.Decode(File.ReadAllBytes(path), out _) : PolicyState.Empty;
    }

    /// <summary>The text of a revision.</summary>
    internal string TextOnDisk(ulong revision) => File.ReadAllText(Path.Combine(StateDirectory, "revisions", $"{revision:D8}.yaml"));

    /// <summary>Runs the daemon with more arguments to its end.</summary>
    public (int Code, string Output, string Errors) Run(params string[] arguments) => RunWith(Pins, arguments);

    /// <summary>Runs the daemon with other pins to its end.</summary>
    public (int Code, string Output, string Errors) RunWith(string pins, params string[] arguments) =>
        Command.TryRun("nsenter", [.. Arguments(pins), .. arguments]);

    /// <summary>Sends a signal and waits for the end.</summary>
    public int Stop(string signal)
    {
        Command.Run("kill", $"-{signal}", $"{_process!.Id}");
        return WaitForEnd();
    }

    public int WaitForEnd()
    {
        using Process process = _process!;
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), $"The daemon does not end:\n{Log}");
        _process = null;
        return process.ExitCode;
    }

    /// <summary>What is attached to "near".</summary>
    public string Attached() => Command.Run("ip", "-n", _name, "-d", "link", "show", "near");

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        Run("--cleanup");
        Command.TryRun("ip", "netns", "delete", _name);
        Directory.Delete(Root, recursive: true);
        foreach (string file in Directory.GetFiles("/run/gateway", $"*{_name}*.lock"))
        {
            System.IO.File.Delete(file);
        }
    }

    // nsenter executes the daemon in its own place, so signals reach it.
    private string[] Arguments(string pins) =>
    [
        $"--net=/run/netns/{_name}", "dotnet", Path.Combine(AppContext.BaseDirectory, "gatewayd.dll"),
        "--socket", Socket, "--pins", pins, "--state", StateDirectory,
    ];

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
