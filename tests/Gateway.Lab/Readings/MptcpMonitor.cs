namespace Gateway.Lab;

/// <summary>Collects the path manager events of one host.</summary>
public sealed class MptcpMonitor : IAsyncDisposable
{
    private readonly LabProcess _process;

    private MptcpMonitor(LabProcess process) => _process = process;

    /// <summary>The events so far, oldest first.</summary>
    public IReadOnlyList<MptcpEvent> Events => [.. _process.Output.Select(MptcpEvent.Parse).OfType<MptcpEvent>()];

    /// <summary>How many events of a name have come.</summary>
    public int Count(string name) => Events.Count(e => e.Name == name);

    /// <summary>Waits until an event of a name has come, and returns the first one.</summary>
    public async Task<MptcpEvent> WaitForAsync(string name, TimeSpan? timeout = null)
    {
        await _process.WaitForAsync(() => Count(name) > 0, $"event {name}", timeout).ConfigureAwait(false);
        return Events.First(e => e.Name == name);
    }

    /// <summary>Stops collecting.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync().ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
    }

    internal static async Task<MptcpMonitor> StartAsync(NetworkNamespace host)
    {
        var monitor = new MptcpMonitor(host.Start("stdbuf", ["-oL", "ip", "mptcp", "monitor"]));

        // It prints nothing when it has subscribed; its generic netlink socket is listed once it has joined a group.
        await monitor._process.WaitForAsync(
            () => HasGroups(monitor._process.Pid), "the monitor has subscribed").ConfigureAwait(false);
        return monitor;
    }

    private static bool HasGroups(int pid)
    {
        const int Protocol = 1, PortId = 2, Groups = 3;
        const string GenericNetlink = "16";
        return File.ReadLines($"/proc/{pid}/net/netlink").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(f => f[Protocol] == GenericNetlink && f[PortId] != "0" && f[Groups].Any(c => c != '0'));
    }
}
