using System.Text;

namespace Gateway.Lab;

/// <summary>A named network namespace of a lab: client, gateway, server or a delay line's.</summary>
public sealed class NetworkNamespace
{
    internal NetworkNamespace(string name) => Name = name;

    /// <summary>Its name for <c>ip -n</c>.</summary>
    public string Name { get; }

    /// <summary>Its file for setns(2) and <c>nsenter --net=</c>.</summary>
    public string Path => $"/run/netns/{Name}";

    /// <summary>Runs a tool inside to its end and returns what it printed.</summary>
    /// <exception cref="ToolFailedException">It failed.</exception>
    public Task<string> RunAsync(string file, params string[] arguments) =>
        Tool.RunAsync("nsenter", [$"--net={Path}", "--", file, .. arguments]);

    /// <summary>
    /// Starts a long running process inside. It keeps the mount namespace, so bpffs stays visible.
    /// </summary>
    /// <param name="file">Program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to add to the environment.</param>
    public LabProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        LabProcess.Start("nsenter", [$"--net={Path}", "--", file, .. arguments], environment);

    /// <summary>Runs <c>ip</c> command lines inside as one batch.</summary>
    /// <exception cref="ToolFailedException">A line failed; the message shows it.</exception>
    public Task IpAsync(params string[] lines) => Tool.RunAsync("ip", ["-n", Name, "-batch", "-"], Batch(lines));

    /// <summary>Reads all protocol counters, absolute.</summary>
    public async Task<Nstat> ReadNstatAsync() => Nstat.Parse(await RunAsync("nstat", "-asz", "--json").ConfigureAwait(false));

    /// <summary>Reads the byte and packet counters of every interface, by name.</summary>
    public async Task<IReadOnlyDictionary<string, LinkCounters>> ReadLinksAsync() =>
        LinkCounters.Parse(await Tool.RunAsync("ip", ["-n", Name, "-s", "-j", "link"]).ConfigureAwait(false));

    /// <summary>Reads every established TCP socket: plain connections and MPTCP subflows.</summary>
    public async Task<IReadOnlyList<SubflowReading>> ReadSubflowsAsync() =>
        SubflowReading.Parse(await RunAsync("ss", "-HOtien", "state", "established").ConfigureAwait(false));

    /// <summary>Reads <c>ss -Mien</c>: MPTCP level sockets, as text.</summary>
    public Task<string> ReadMptcpSocketsAsync() => RunAsync("ss", "-HOMien", "state", "established");

    /// <summary>Collects path manager events (<c>ip mptcp monitor</c>) from now on.</summary>
    public Task<MptcpMonitor> MonitorMptcpAsync() => MptcpMonitor.StartAsync(this);

    /// <summary>Sets a link up or down.</summary>
    public Task SetLinkAsync(string nic, bool up) => IpAsync($"link set {nic} {(up ? "up" : "down")}");

    /// <summary>Sets offloads with <c>ethtool -K</c>, for example <c>"tx", "off", "gro", "on"</c>.</summary>
    public Task SetOffloadsAsync(string nic, params string[] features) => RunAsync("ethtool", ["-K", nic, .. features]);

    /// <summary>Sets sysctls.</summary>
    public Task SetSysctlsAsync(IEnumerable<KeyValuePair<string, string>> values) =>
        RunAsync("sysctl", ["-q", "-w", .. values.Select(v => $"{v.Key}={v.Value}")]);

    internal LabProcess Start(string file, IEnumerable<string> arguments, Action<string> onLine) =>
        LabProcess.Start("nsenter", [$"--net={Path}", "--", file, .. arguments], null, onLine);

    internal Task Ip6Async(params string[] lines) => Tool.RunAsync("ip", ["-6", "-n", Name, "-batch", "-"], Batch(lines));

    internal Task TcAsync(params string[] lines) => Tool.RunAsync("tc", ["-n", Name, "-batch", "-"], Batch(lines));

    internal static string Batch(IEnumerable<string> lines) =>
        lines.Aggregate(new StringBuilder(), (text, line) => text.Append(line).Append('\n')).ToString();
}
