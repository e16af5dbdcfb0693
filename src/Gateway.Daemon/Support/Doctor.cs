using Gateway.Daemon.Connections;
using Gateway.Daemon.Hosting;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Support;

/// <summary>Looks at everything the gateway depends on, and puts right what it can when asked to.</summary>
internal sealed partial class Doctor(
    DaemonOptions options, KernelDataPlane dataPlane, PolicyControl control, ConfiguredPorts ports, ConnectionTracker tracker, ILogger<Doctor> logger)
{
    private const string Daemon = "daemon";
    private const long LeastFree = 16 << 20;

    private static readonly (int Number, string Name, string Effect)[] s_capabilities =
    [
        (13, "CAP_NET_RAW", "set_backup does not reach idle subflows"),
    ];

    private readonly Lock _lock = new();

    /// <summary>Looks at everything.</summary>
    /// <param name="repair">Whether to put right what can be.</param>
    /// <exception cref="DataPlaneException">The kernel does not answer.</exception>
    public IReadOnlyList<Finding> Run(bool repair)
    {
        lock (_lock)
        {
            var diagnosis = new Diagnosis(repair);
            CheckProcess(diagnosis);
            CheckState(diagnosis);
            CheckPorts(diagnosis);
            dataPlane.Diagnose(diagnosis);
            control.Diagnose(diagnosis);
            CheckLosses(diagnosis);
            foreach (Finding finding in diagnosis.Findings.Where(f => f.Repaired))
            {
                LogRepaired(logger, finding.Code, finding.Subject);
            }

            foreach (Finding finding in diagnosis.Findings.Where(f => f.RepairFailure.Length > 0))
            {
                LogNotRepaired(logger, finding.Code, finding.Subject, finding.RepairFailure);
            }

            return diagnosis.Findings;
        }
    }

    private static void CheckProcess(Diagnosis diagnosis)
    {
        string status = File.ReadAllText("/proc/self/status");
        IEnumerable<(string Name, string Effect)> missing = Privileges.Missing(status).Select(c => (c, "the daemon cannot change the data path"))
            .Concat(s_capabilities.Where(c => !Privileges.Has(status, c.Number)).Select(c => (c.Name, c.Effect)));
        bool whole = true;
        foreach ((string name, string effect) in missing)
        {
            whole = false;
            diagnosis.Add(new Finding(Daemon, name, "capability-missing", FindingSeverity.Warning, $"Missing: {effect}.", "Give it to gatewayd.service, or run gatewayd as root."));
        }

        if (whole)
        {
            diagnosis.Add(new Finding(Daemon, "capabilities", "capabilities", FindingSeverity.Ok, "All that are of use are there."));
        }
    }

    private void CheckState(Diagnosis diagnosis)
    {
        try
        {
            string probe = Path.Combine(options.State, ".doctor");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            long free = new DriveInfo(options.State).AvailableFreeSpace;
            diagnosis.Add(free >= LeastFree
                ? new Finding(Daemon, options.State, "state", FindingSeverity.Ok, $"Writable, {free >> 20} MiB free.")
                : new Finding(
                    Daemon, options.State, "state-full", FindingSeverity.Warning, $"Only {free >> 10} KiB are free: policies may not be stored any more.",
                    "Make room there."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            diagnosis.Add(new Finding(
                Daemon, options.State, "state-not-writable", FindingSeverity.Error, $"Policies cannot be stored: {failure.Message}", "Make room there, or make it writable."));
        }
    }

    private void CheckPorts(Diagnosis diagnosis)
    {
        foreach (string nic in ports.Missing)
        {
            diagnosis.Add(new Finding(
                "port", nic, "port-missing", FindingSeverity.Warning, "It is configured and not attached.",
                $"The log says why; it is tried again when something changes. By hand: gatewayctl port attach {nic}."));
        }

        if (dataPlane.Ports.Count == 0)
        {
            diagnosis.Add(new Finding("port", "", "no-ports", FindingSeverity.Warning, "No port is attached: no packet is seen.", "gatewayctl port attach NIC."));
        }
    }

    private void CheckLosses(Diagnosis diagnosis)
    {
        ulong lost = dataPlane.ReadCounters().EventsLost;
        if (lost > 0)
        {
            diagnosis.Add(new Finding(
                Daemon, "events", "events-lost", FindingSeverity.Warning, $"{lost} events found no room in the ring buffer: connections and the ledger are incomplete.",
                "Use trace and get_ actors on fewer packets."));
        }

        if (tracker.Refused > 0)
        {
            diagnosis.Add(new Finding(
                Daemon, "connections", "connections-refused", FindingSeverity.Warning, $"{tracker.Refused} connections are not tracked: there are too many.",
                "Policy applies to them all the same."));
        }
    }

    [LoggerMessage(1701, LogLevel.Warning, "Repaired: {Code} of {Subject}.")]
    private static partial void LogRepaired(ILogger logger, string code, string subject);

    [LoggerMessage(1702, LogLevel.Error, "Not repaired: {Code} of {Subject}: {Why}")]
    private static partial void LogNotRepaired(ILogger logger, string code, string subject, string why);
}
