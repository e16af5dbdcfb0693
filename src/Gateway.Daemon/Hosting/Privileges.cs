using System.Globalization;

namespace Gateway.Daemon.Hosting;

/// <summary>What the process is allowed to do (capabilities(7)).</summary>
internal static class Privileges
{
    private const int NetAdmin = 12;
    private const int SysAdmin = 21;
    private const int PerfMon = 38;
    private const int Bpf = 39;

    /// <summary>Capabilities the daemon needs and the process lacks.</summary>
    /// <param name="processStatus">Text of /proc/self/status.</param>
    public static IReadOnlyList<string> Missing(string processStatus)
    {
        bool Has(int capability) => Privileges.Has(processStatus, capability);

        var missing = new List<string>();
        if (!Has(NetAdmin))
        {
            missing.Add("CAP_NET_ADMIN");
        }

        // Before they were split off, CAP_SYS_ADMIN stood for both.
        if (!Has(Bpf) && !Has(SysAdmin))
        {
            missing.Add("CAP_BPF");
        }

        if (!Has(PerfMon) && !Has(SysAdmin))
        {
            missing.Add("CAP_PERFMON");
        }

        return missing;
    }

    /// <summary>Whether the process has a capability.</summary>
    /// <param name="processStatus">Text of /proc/self/status.</param>
    /// <param name="capability">Its number.</param>
    public static bool Has(string processStatus, int capability)
    {
        const string field = "CapEff:";
        string? line = processStatus.Split('\n').FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        ulong effective = line is null
            ? 0
            : ulong.Parse(line.AsSpan(field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (effective >> capability & 1) != 0;
    }
}
