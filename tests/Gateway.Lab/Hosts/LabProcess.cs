using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>A long running process in a namespace, with captured output. Its standard input stays open until it is disposed.</summary>
public sealed partial class LabProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Grace = Wait.Patiently(TimeSpan.FromSeconds(5));

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private bool _disposed;

    private LabProcess(Process process, string command, Action<string>? onLine)
    {
        _process = process;
        Command = command;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data, onLine);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data, null);
    }

    /// <summary>The command line.</summary>
    public string Command { get; }

    /// <summary>Process id. <c>nsenter</c> executes the program in place, so it is the program's own.</summary>
    public int Pid => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code, 128 + signal when killed; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Lines on standard output so far.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_gate)
            {
                return [.. _output];
            }
        }
    }

    /// <summary>Lines on standard error so far.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>Waits for a condition while the process runs.</summary>
    /// <exception cref="InvalidOperationException">The process ended first; the message holds its output.</exception>
    /// <exception cref="TimeoutException">The condition did not come true; the message holds the process's output.</exception>
    public async Task WaitForAsync(Func<bool> condition, string what, TimeSpan? timeout = null)
    {
        try
        {
            await Wait.UntilAsync(
                async () => condition() || (HasExited && (await HoldsAtTheEndAsync(condition).ConfigureAwait(false)
                    ? true
                    : throw new InvalidOperationException($"{Command} ended with {ExitCode} before {what}.\n{Transcript()}"))),
                what,
                timeout).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Command}:\n{Transcript()}", e);
        }
    }

    /// <summary>Lines it printed last may arrive after its end is known.</summary>
    private async Task<bool> HoldsAtTheEndAsync(Func<bool> condition)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A child of its own keeps the output open: what has arrived must do.
        }

        return condition();
    }

    /// <summary>Waits until a file (a socket, for example) exists.</summary>
    public Task WaitForFileAsync(string path, TimeSpan? timeout = null) => WaitForAsync(() => File.Exists(path), $"{path} exists", timeout);

    /// <summary>Asks it to end (SIGTERM), waits, and kills it when it has not ended in time. Returns the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? timeout = null)
    {
        if (!_process.HasExited)
        {
            _ = Signal(_process.Id, SigTerm);
        }

        return await EndAsync(timeout ?? Grace).ConfigureAwait(false);
    }

    /// <summary>Ends it at once (SIGKILL) and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellation = default)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Writes a line to its standard input.</summary>
    internal async Task WriteLineAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It has ended; who waits for it sees that.
        }
    }

    /// <summary>All it printed, for messages.</summary>
    public string Transcript() => string.Join('\n', Output.Concat(Errors));

    /// <summary>Closes its input, asks it to end, and kills it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended and its end of the pipe with it.
        }

        await StopAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    internal static LabProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new LabProcess(new Process { StartInfo = start }, $"{file} {string.Join(' ', start.ArgumentList)}", onLine);
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    private async Task<int> EndAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
        }

        return _process.ExitCode;
    }

    private void Add(List<string> lines, string? line, Action<string>? onLine)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            lines.Add(line);
        }

        onLine?.Invoke(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int pid, int signal);
}
