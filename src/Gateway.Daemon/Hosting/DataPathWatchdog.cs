using System.Globalization;
using Gateway.DataPlane;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>
/// Tells the service manager that the daemon is alive (sd_notify(3), WATCHDOG=1) only while every port's programs are attached
/// and really take frames. When they do not, the service manager ends the daemon; the next one removes what is left of the port
/// and attaches it anew.
/// </summary>
internal sealed partial class DataPathWatchdog(
    KernelDataPlane dataPlane, ISystemdNotifier notifier, TimeProvider time, ILogger<DataPathWatchdog> logger) : BackgroundService
{
    private static readonly ServiceState s_alive = new("WATCHDOG=1");

    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);

    /// <summary>The time the service manager waits for a sign of life; null when it does not.</summary>
    /// <param name="microseconds">WATCHDOG_USEC.</param>
    /// <param name="processId">WATCHDOG_PID: whom it is for, when it is set.</param>
    /// <param name="self">This process.</param>
    public static TimeSpan? Limit(string? microseconds, string? processId, int self)
    {
        bool mine = string.IsNullOrEmpty(processId) || processId == self.ToString(CultureInfo.InvariantCulture);
        return mine && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) && limit > 0
            ? TimeSpan.FromMicroseconds(limit)
            : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan? limit = Limit(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);
        if (limit is null)
        {
            return;
        }

        // A quarter: a probe may be late, or one be missed.
        using var timer = new PeriodicTimer(limit.Value / 4, time);
        do
        {
            if (IsWhole())
            {
                notifier.Notify(s_alive);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private bool IsWhole()
    {
        bool whole = true;
        try
        {
            foreach (PortInfo port in dataPlane.Ports)
            {
                if (dataPlane.Probe(port.Nic) is string fault)
                {
                    whole = false;
                    Say(port.Nic, fault);
                }
                else
                {
                    _faults.Remove(port.Nic);
                }
            }
        }
        catch (Exception failure) when (failure is DataPlaneException or ObjectDisposedException)
        {
            whole = false;
            Say("", failure.Message);
        }

        return whole;
    }

    private void Say(string nic, string fault)
    {
        if (_faults.GetValueOrDefault(nic) != fault)
        {
            _faults[nic] = fault;
            LogFault(logger, fault);
        }
    }

    [LoggerMessage(1501, LogLevel.Error, "Packets do not cross the gateway as they should, the service manager will restart it: {Fault}.")]
    private static partial void LogFault(ILogger logger, string fault);
}
