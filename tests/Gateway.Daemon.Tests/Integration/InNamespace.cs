using System.Diagnostics;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>A program that runs in a network namespace until it is no longer needed.</summary>
internal sealed class InNamespace : IDisposable
{
    private readonly Process _process;

    public InNamespace(string name, string program, params string[] arguments) =>
        _process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", name, program, .. arguments]))!;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
