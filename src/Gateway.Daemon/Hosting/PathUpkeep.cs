using Gateway.Daemon.Connections;
using Gateway.Daemon.Priorities;
using Gateway.DataPlane;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>What has to be looked at every second: links, flows, idle connections, subflows that were acted on.</summary>
internal sealed partial class PathUpkeep(
    LinkUpkeep links, FlowReconciler reconciler, PriorityUpkeep priorities, SubflowActs acts, TimeProvider time, ILogger<PathUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private string? _lastFailure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            Look();
        }
    }

    private void Look()
    {
        try
        {
            // A notification may have been lost.
            links.Refresh();
            reconciler.Tick();
            priorities.Tick();
            acts.Tidy();
            _lastFailure = null;
        }
        catch (Exception failure) when (failure is DataPlaneException or Bpf.BpfException or ObjectDisposedException)
        {
            // Said once, not every second.
            if (_lastFailure != failure.Message)
            {
                _lastFailure = failure.Message;
                LogFailure(logger, failure.Message);
            }
        }
    }

    [LoggerMessage(1302, LogLevel.Warning, "Looking after the data path failed: {Failure}")]
    private static partial void LogFailure(ILogger logger, string failure);
}
