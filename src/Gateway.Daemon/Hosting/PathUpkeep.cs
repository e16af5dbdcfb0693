using Gateway.Daemon.Connections;
using Gateway.Daemon.Idle;
using Gateway.DataPlane;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>What has to be looked at every second: links, flows, idle connections, subflows that were acted on.</summary>
internal sealed partial class PathUpkeep(
    KernelDataPlane dataPlane, LinkUpkeep links, FlowReconciler reconciler, IdleUpkeep idle, SubflowActs acts, TimeProvider time, ILogger<PathUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private string? _lastFailure;
    private bool _pinned = true;

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
            LookAtPins();
            reconciler.Tick();
            idle.Tick();
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

    private void LookAtPins()
    {
        bool pinned = dataPlane.IsPinned;
        if (pinned != _pinned)
        {
            _pinned = pinned;
            if (pinned)
            {
                LogPinned(logger, dataPlane.PinRoot);
            }
            else
            {
                LogNotPinned(logger, dataPlane.PinRoot);
            }
        }
    }

    [LoggerMessage(
        1305, LogLevel.Error,
        "The pins in {Pins} are gone, as when its bpf file system is unmounted: packets meet the policy as before, but only until this gatewayd ends. "
        + "Mount it again (mount -t bpf bpf /sys/fs/bpf), then run 'gatewayctl doctor --repair'.")]
    private static partial void LogNotPinned(ILogger logger, string pins);

    [LoggerMessage(1306, LogLevel.Information, "The pins in {Pins} are back.")]
    private static partial void LogPinned(ILogger logger, string pins);

    [LoggerMessage(1302, LogLevel.Warning, "Looking after the data path failed: {Failure}")]
    private static partial void LogFailure(ILogger logger, string failure);
}
