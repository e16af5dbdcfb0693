using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>What the hosts sent, in the words of tcpdump: a reading of packets that owes nothing to the gateway.</summary>
internal sealed class HostCapture : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("capture-");
    private readonly List<(NetworkNamespace Host, LabProcess Process, string File, string Nic)> _running = [];

    /// <summary>Captures TCP that leaves the NICs of both hosts on both paths.</summary>
    public static async Task<HostCapture> StartAsync(MptcpLab lab)
    {
        var capture = new HostCapture();
        foreach (LabPath path in lab.Paths)
        {
            capture.Start(lab.Client, path.ClientNic);
            capture.Start(lab.Server, path.ServerNic);
        }

        foreach ((_, LabProcess process, _, _) in capture._running)
        {
            await process.WaitForAsync(() => process.Errors.Any(l => l.Contains("listening", StringComparison.Ordinal)), "tcpdump listens");
        }

        return capture;
    }

    /// <summary>Ends the capture. Returns a line for each packet, behind the NIC it left.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        List<string> lines = [];
        foreach ((NetworkNamespace host, LabProcess process, string file, string nic) in _running)
        {
            await process.StopAsync();
            Assert.Contains(process.Errors, l => l.StartsWith("0 packets dropped", StringComparison.Ordinal));
            string text = await host.RunAsync("tcpdump", "-nn", "-t", "-r", file);
            lines.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{nic} {line}"));
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, LabProcess process, _, _) in _running)
        {
            await process.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private void Start(NetworkNamespace host, string nic)
    {
        string file = Path.Combine(_directory.FullName, nic);
        _running.Add((host, host.Start("tcpdump", ["-Z", "root", "-U", "--immediate-mode", "-Q", "out", "-s", "160", "-i", nic, "-w", file, "tcp"]), file, nic));
    }
}
