using System.ComponentModel;
using System.Diagnostics;

namespace Gateway.Lab;

/// <summary>Runs a command line tool to its end.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = Wait.Patiently(TimeSpan.FromSeconds(30));

    /// <summary>Runs a tool and returns what it printed.</summary>
    /// <exception cref="ToolFailedException">It could not start, failed, or ran longer than 30 s.</exception>
    public static async Task<string> RunAsync(string file, IEnumerable<string> arguments, string? input = null)
    {
        using Process process = Start(file, arguments, out string shown);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
        }

        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new ToolFailedException($"{shown}: still running after {Limit.TotalSeconds:0} s, killed.");
        }

        string text = await output.ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new ToolFailedException(Failure(shown, process.ExitCode, await errors.ConfigureAwait(false), input));
        }

        return text;
    }

    /// <summary>Runs a tool without a thread pool, for teardown at process exit. Returns its exit code and output.</summary>
    public static (int ExitCode, string Output) RunNow(string file, params string[] arguments)
    {
        using Process process = Start(file, arguments, out _);
        process.StandardInput.Close();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }

    private static Process Start(string file, IEnumerable<string> arguments, out string shown)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        shown = $"{file} {string.Join(' ', start.ArgumentList)}";
        try
        {
            return Process.Start(start) ?? throw new ToolFailedException($"{shown}: did not start.");
        }
        catch (Win32Exception e)
        {
            throw new ToolFailedException($"{shown}: {e.Message}. Is the package that holds {file} installed?");
        }
    }

    private static string Failure(string shown, int exitCode, string errors, string? input)
    {
        string message = $"{shown}: exit code {exitCode}: {errors.Trim()}";
        const string Marker = "Command failed -:";
        int at = errors.LastIndexOf(Marker, StringComparison.Ordinal);
        if (input is not null && at >= 0
            && int.TryParse(errors[(at + Marker.Length)..].Trim(), out int line)
            && input.Split('\n').ElementAtOrDefault(line - 1) is { } failed)
        {
            message += $"\n  line {line}: {failed}";
        }

        return message;
    }
}
