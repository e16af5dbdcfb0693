using System.Diagnostics;

namespace Gateway.Appliance.Tests;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs it; a failure of the program fails the test.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> RunAsync(string file, params string[] arguments)
    {
        (int exit, string output, string errors) = await TryAsync(file, arguments);
        Assert.True(exit == 0, $"{file} {string.Join(' ', arguments)}: exit code {exit}\n{output}\n{errors}");
        return output;
    }

    /// <summary>Runs it and returns how it ended, what it wrote to standard output, and to standard error.</summary>
    public static async Task<(int Exit, string Output, string Errors)> TryAsync(string file, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
