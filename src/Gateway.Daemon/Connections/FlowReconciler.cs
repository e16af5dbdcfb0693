using Gateway.DataPlane;

namespace Gateway.Daemon.Connections;

/// <summary>Reads the flow table for the tracker, no more often than it is of use.</summary>
internal sealed class FlowReconciler(KernelDataPlane dataPlane, ConnectionTracker tracker, TimeProvider time)
{
    /// <summary>How fresh the counters are while somebody looks.</summary>
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(1);

    /// <summary>How fresh they are while nobody does.</summary>
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _read = long.MinValue;

    /// <summary>Reads the table if it was not read within the last second.</summary>
    public void Refresh() => RefreshOlderThan(s_watched - TimeSpan.FromMilliseconds(100));

    /// <summary>Called every second.</summary>
    public void Tick() => RefreshOlderThan((tracker.IsWatched ? s_watched : s_unwatched) - TimeSpan.FromMilliseconds(100));

    private void RefreshOlderThan(TimeSpan age)
    {
        lock (_lock)
        {
            if (_read != long.MinValue && time.GetElapsedTime(_read) < age)
            {
                return;
            }

            _read = time.GetTimestamp();
            long started = time.GetUtcNow().UnixNanos();
            tracker.Reconcile(dataPlane.ReadFlows(), started);
            tracker.Expire(started);
        }
    }
}
