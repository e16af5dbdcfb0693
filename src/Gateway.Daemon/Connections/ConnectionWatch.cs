using System.Runtime.InteropServices;
using Gateway.V1;
using UpdateKind = Gateway.V1.ConnectionUpdate.Types.Kind;

namespace Gateway.Daemon.Connections;

/// <summary>
/// One watcher's view. Changes of a connection that the watcher has not taken yet become one update, so a slow
/// watcher misses intermediate states only. One that falls too far behind is ended.
/// </summary>
internal sealed class ConnectionWatch : IDisposable
{
    private const int MaxBehind = 65_536;

    private readonly ConnectionTracker _tracker;
    private readonly Dictionary<TrackedConnection, UpdateKind> _pending = [];
    private readonly SemaphoreSlim _ready = new(0, 1);
    private readonly int _limit;
    private bool _overflowed;

    /// <summary>Creates a watch that starts with connections; under the tracker's lock.</summary>
    internal ConnectionWatch(ConnectionTracker tracker, IReadOnlyCollection<TrackedConnection> present)
    {
        _tracker = tracker;
        _limit = present.Count + MaxBehind;
        foreach (TrackedConnection connection in present)
        {
            Note(connection, UpdateKind.Present);
        }
    }

    /// <summary>Waits for changes and takes all there are; null when there were more than are kept.</summary>
    public async Task<IReadOnlyList<ConnectionUpdate>?> TakeAsync(CancellationToken cancellationToken)
    {
        await _ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _tracker.Take(this);
    }

    public void Dispose()
    {
        _tracker.Unwatch(this);
        _ready.Dispose();
    }

    /// <summary>Notes a change; under the tracker's lock.</summary>
    internal void Note(TrackedConnection connection, UpdateKind kind)
    {
        if (_pending.Count >= _limit)
        {
            _overflowed = true;
            _pending.Clear();
        }

        ref UpdateKind noted = ref CollectionsMarshal.GetValueRefOrAddDefault(_pending, connection, out bool exists)!;
        noted = exists && kind == UpdateKind.Changed && noted != UpdateKind.Closed ? noted : kind;
        if (_ready.CurrentCount == 0)
        {
            _ready.Release();
        }
    }

    /// <summary>Empties the watch; under the tracker's lock.</summary>
    internal List<ConnectionUpdate>? Drain()
    {
        if (_overflowed)
        {
            return null;
        }

        var updates = _pending.Select(p => new ConnectionUpdate { Kind = p.Value, Connection = p.Key.ToMessage() }).ToList();
        _pending.Clear();
        return updates;
    }
}
