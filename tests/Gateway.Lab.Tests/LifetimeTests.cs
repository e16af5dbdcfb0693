using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Lab.Tests;

public sealed partial class LifetimeTests
{
    private const int SigTerm = 15;

    private static readonly string Program = typeof(MptcpLab).Assembly.Location;

    [Fact]
    public async Task Disposing_leaves_no_namespace_process_or_record()
    {
        MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Path1 = new LinkOptions(DelayMs: 1) });
        await lab.TransferAsync(TransferSpec.Upload(100_000));
        LabProcess stranger = lab.Gateway.Start("sleep", ["1000"]);
        int[] pids = [stranger.Pid, .. lab.DelayProcesses.Select(p => p.Pid)];
        Assert.All(pids, pid => Assert.True(Runs(pid)));

        await lab.DisposeAsync();

        Assert.Empty(NamespacesOf(lab.Name));
        Assert.All(pids, pid => Assert.False(Runs(pid)));
        Assert.DoesNotContain(LabRecord.All(), record => record.Name == lab.Name);
        Assert.DoesNotContain(Directory.GetFileSystemEntries("/sys/class/net"), nic => nic.EndsWith("/c1", StringComparison.Ordinal));
        await lab.DisposeAsync();
    }

    [Fact]
    public async Task A_lab_that_fails_to_rise_leaves_nothing()
    {
        var options = new LabOptions { HostSysctls = new Dictionary<string, string> { ["net.ipv4.no_such_thing"] = "1" } };
        string[] before = [.. LabRecord.All().Where(r => r.OwnerPid == Environment.ProcessId).Select(r => r.Name)];

        ToolFailedException failure = await Assert.ThrowsAsync<ToolFailedException>(() => MptcpLab.RaiseAsync(options));

        Assert.Contains("no_such_thing", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(LabRecord.All(), r => r.OwnerPid == Environment.ProcessId && !before.Contains(r.Name) && NamespacesOf(r.Name).Length > 0);
    }

    [Fact]
    public async Task A_failing_batch_line_is_in_the_message()
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync();
        ToolFailedException failure = await Assert.ThrowsAsync<ToolFailedException>(
            () => lab.Gateway.IpAsync("link set lo up", "link set nowhere up"));
        Assert.Contains("line 2: link set nowhere up", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_removes_the_lab()
    {
        using Process owner = StartOwner();
        string name = await NameAsync(owner);
        Assert.Equal(3, NamespacesOf(name).Length);

        Assert.Equal(0, Signal(owner.Id, SigTerm));
        await owner.WaitForExitAsync();

        Assert.Empty(NamespacesOf(name));
    }

    [Fact]
    public async Task Clean_removes_what_a_killed_owner_left()
    {
        using Process owner = StartOwner();
        string name = await NameAsync(owner);
        using Process child = Process.Start("nsenter", [$"--net=/run/netns/{name}-gateway", "sleep", "1000"]);
        Assert.DoesNotContain(name, MptcpLab.CleanLeftovers());

        owner.Kill();
        await owner.WaitForExitAsync();
        Assert.Equal(3, NamespacesOf(name).Length);
        string output = await Tool.RunAsync(DotnetHost, ["exec", Program, "clean"]);

        Assert.Contains(name, output, StringComparison.Ordinal);
        Assert.Empty(NamespacesOf(name));
        await child.WaitForExitAsync();
    }

    private static string DotnetHost => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private static Process StartOwner()
    {
        var start = new ProcessStartInfo(DotnetHost, ["exec", Program, "up"]) { RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    private static async Task<string> NameAsync(Process owner) =>
        await owner.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("gateway-lab up ended.");

    private static bool Runs(int pid) => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"));

    private static string[] NamespacesOf(string lab) => Directory.GetFiles("/run/netns", $"{lab}-*");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int pid, int signal);
}
