using System.Diagnostics;

namespace Gateway.DataPlane.Tests;

/// <summary>Asks bpftool, which knows nothing of this library.</summary>
internal static class KernelObjects
{
    /// <summary>Whether a program, map or link of this id exists.</summary>
    internal static bool Exists(string kind, uint id)
    {
        using var process = Process.Start(new ProcessStartInfo("bpftool", [kind, "show", "id", id.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>Waits until none of them exists: the kernel frees programs and maps after a grace period.</summary>
    internal static void ExpectGone(string kind, IEnumerable<uint> ids)
    {
        foreach (uint id in ids)
        {
            Eventually.True(() => !Exists(kind, id), $"{kind} {id} is freed");
        }
    }
}
