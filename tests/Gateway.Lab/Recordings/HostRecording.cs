namespace Gateway.Lab;

/// <summary>All frames at the NICs of both hosts, and whether the DSS checksums in them are right.</summary>
public sealed class HostRecording : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("recording-");
    private readonly List<(LabProcess Process, string Name, string File)> _running = [];

    private HostRecording()
    {
    }

    /// <summary>Begins to record.</summary>
    public static async Task<HostRecording> StartAsync(MptcpLab lab)
    {
        var recording = new HostRecording();
        foreach (LabPath path in lab.Paths)
        {
            recording.Start(lab.Client, path.ClientNic);
            recording.Start(lab.Server, path.ServerNic);
        }

        foreach ((LabProcess process, _, _) in recording._running)
        {
            await process.WaitForAsync(() => process.Errors.Any(l => l.Contains("listening", StringComparison.Ordinal)), "tcpdump listens");
        }

        return recording;
    }

    /// <summary>Ends the recording and verifies it, each NIC for itself.</summary>
    public async Task<IReadOnlyList<DssVerdict>> StopAsync()
    {
        var verdicts = new List<DssVerdict>();
        foreach ((LabProcess process, string name, string file) in _running)
        {
            await process.StopAsync();
            using (FileStream recorded = File.OpenRead(file))
            {
                verdicts.Add(DssVerdict.Of(name, recorded));
            }

            File.Delete(file);
        }

        return verdicts;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((LabProcess process, _, _) in _running)
        {
            await process.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private void Start(NetworkNamespace host, string nic)
    {
        string file = Path.Combine(_directory.FullName, nic);
        _running.Add((host.Start("tcpdump", ["-Z", "root", "-B", "16384", "-s", "0", "-i", nic, "-w", file, "tcp"]), nic, file));
    }
}
