using System.Diagnostics;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>Runs programs to their end.</summary>
internal static class Command
{
    public static string Run(string program, params string[] arguments)
    {
        (int code, string output, string errors) = TryRun(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {code}\n{output}\n{errors}");
    }

    public static (int Code, string Output, string Errors) TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        return (process.ExitCode, output.Result, errors.Result);
    }
}
