using Gateway.DataPlane;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>Keeps the port table's view of links: at once when the kernel tells of a change, and whenever it is asked to.</summary>
internal sealed partial class LinkUpkeep(KernelDataPlane dataPlane, ILogger<LinkUpkeep> logger) : BackgroundService
{
    /// <summary>How long stopping may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads every link again.</summary>
    /// <exception cref="DataPlaneException">The port table cannot be written.</exception>
    public void Refresh()
    {
        foreach (PortInfo port in dataPlane.RefreshLinks())
        {
            LogLink(logger, port.Nic, port.Gone ? "gone" : port.Up ? "up" : "down", port.Mtu);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () => Watch(stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Watch(CancellationToken stopping)
    {
        try
        {
            using var notifications = LinkNotifications.Open();
            while (!stopping.IsCancellationRequested)
            {
                if (notifications.Wait(s_patience))
                {
                    TryRefresh();
                }
            }
        }
        catch (DataPlaneException failure)
        {
            LogDeaf(logger, failure.Message);
        }
    }

    private void TryRefresh()
    {
        try
        {
            Refresh();
        }
        catch (Exception failure) when (failure is DataPlaneException or Bpf.BpfException or ObjectDisposedException)
        {
            // The next look, within a second, says why.
            LogMissed(logger, failure.Message);
        }
    }

    [LoggerMessage(1301, LogLevel.Information, "Link of {Nic} is {State}, MTU {Mtu}.")]
    private static partial void LogLink(ILogger logger, string nic, string state, int mtu);

    [LoggerMessage(1303, LogLevel.Warning, "Links are looked at once a second only: {Failure}")]
    private static partial void LogDeaf(ILogger logger, string failure);

    [LoggerMessage(1304, LogLevel.Debug, "A change of a link could not be taken over yet: {Failure}")]
    private static partial void LogMissed(ILogger logger, string failure);
}
