using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.Cli.Tests;

/// <summary>The real gatewayctl in a process of its own.</summary>
internal sealed partial class Gatewayctl : IDisposable
{
    private const int Interrupt = 2;

    /// <summary>Far longer than anything takes; a test that waits for nothing fails instead of hanging.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Gatewayctl(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static string Executable => Path.Combine(AppContext.BaseDirectory, "gatewayctl");

    /// <summary>Starts gatewayctl with these arguments. A shell's background jobs, as the tests may be, ignore SIGINT and pass that on.</summary>
    public static Gatewayctl Start(params IEnumerable<string> arguments) => Start(["env", "--default-signal=INT", Executable, .. arguments], []);

    /// <summary>Runs gatewayctl to its end.</summary>
    public static Task<Finished> RunAsync(IEnumerable<string> arguments, string input = "") => RunAsync([Executable, .. arguments], [], input);

    /// <summary>Runs gatewayctl in an environment to its end.</summary>
    public static Task<Finished> RunWithAsync((string Name, string Value)[] environment, params string[] arguments) =>
        RunAsync([Executable, .. arguments], environment, "");

    /// <summary>Runs gatewayctl in a terminal; its errors are part of the output.</summary>
    public static Task<Finished> RunInTerminalAsync(IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        RunAsync(
            ["script", "-qec", $"stty cols 200; {string.Join(' ', arguments.Prepend(Executable))}", "/dev/null"],
            [("TERM", "xterm"), .. environment],
            "");

    /// <summary>Runs gatewayctl as a user that is not root and in no group.</summary>
    public static Task<Finished> RunAsNobodyAsync(params IEnumerable<string> arguments) =>
        RunAsync(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Executable, .. arguments], [("HOME", "/")], "");

    /// <summary>Runs a shell script that finds gatewayctl as $GATEWAYCTL and the socket as $SOCKET.</summary>
    public static Task<Finished> RunInShellAsync(string script, string socket) =>
        RunAsync(["sh", "-c", script], [("GATEWAYCTL", Executable), ("SOCKET", socket)], "");

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    /// <summary>Closes the reading end of the pipe gatewayctl writes to.</summary>
    public void StopReading() => _process.StandardOutput.Close();

    /// <summary>What Ctrl-C does.</summary>
    public void PressControlC() => Assert.Equal(0, Kill(_process.Id, Interrupt));

    /// <summary>Waits for the end; reads the rest of the output unless reading has stopped.</summary>
    public async Task<Finished> FinishAsync(bool read = true)
    {
        string output = read ? await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience) : "";
        string errors = await _errors.WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return new Finished(_process.ExitCode, output, errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static Gatewayctl Start(string[] commandLine, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(commandLine[0], commandLine[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Gatewayctl(Process.Start(start)!);
    }

    private static async Task<Finished> RunAsync(string[] commandLine, (string Name, string Value)[] environment, string input)
    {
        using Gatewayctl command = Start(commandLine, environment);
        await command._process.StandardInput.WriteAsync(input);
        command._process.StandardInput.Close();
        return await command.FinishAsync();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
