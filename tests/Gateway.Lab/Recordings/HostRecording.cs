namespace Gateway.Lab;

/// <summary>The TCP frames at the NICs of both hosts on both paths, by tcpdump, until it is disposed.</summary>
public sealed class HostRecording : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("recording-");
    private readonly List<(LabProcess Process, NicRecording Recording)> _running = [];

    private HostRecording()
    {
    }

    /// <summary>Begins to record.</summary>
    /// <param name="lab">The hosts.</param>
    /// <param name="options">What tcpdump is to do otherwise than keep each frame whole, both ways.</param>
    public static async Task<HostRecording> StartAsync(MptcpLab lab, params string[] options)
    {
        var recording = new HostRecording();
        try
        {
            foreach (LabPath path in lab.Paths)
            {
                recording.Start(lab.Client, path.ClientNic, options);
                recording.Start(lab.Server, path.ServerNic, options);
            }

            foreach ((LabProcess process, _) in recording._running)
            {
                await process.WaitForAsync(() => process.Errors.Any(l => l.Contains("listening", StringComparison.Ordinal)), "tcpdump listens");
            }
        }
        catch
        {
            await recording.DisposeAsync();
            throw;
        }

        return recording;
    }

    /// <summary>Ends the recording. Returns it by NIC; the files go when this is disposed.</summary>
    public async Task<IReadOnlyList<NicRecording>> StopAsync()
    {
        var recordings = new List<NicRecording>();
        foreach ((LabProcess process, NicRecording recording) in _running)
        {
            await process.StopAsync();
            recordings.Add(recording with { IsWhole = process.Errors.Any(l => l.StartsWith("0 packets dropped", StringComparison.Ordinal)) });
        }

        return recordings;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((LabProcess process, _) in _running)
        {
            await process.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private void Start(NetworkNamespace host, string nic, string[] options)
    {
        string file = Path.Combine(_directory.FullName, nic);
        // Enough room for what arrives while an emulated machine is busy.
        string[] arguments = ["-Z", "root", "-B", "16384", "-s", "0", .. options, "-i", nic, "-w", file, "tcp"];
        _running.Add((host.Start("tcpdump", arguments), new NicRecording(host, nic, file, IsWhole: false)));
    }
}
