using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.V1;
using Microsoft.Extensions.Logging;
using Hook = Gateway.DataPlane.Abi.Hook;
using Reason = Gateway.DataPlane.Abi.Reason;
using UpdateKind = Gateway.V1.ConnectionUpdate.Types.Kind;

namespace Gateway.Daemon.Connections;

/// <summary>
/// Turns events and flow table snapshots into connections: which subflows belong together, how far each is,
/// which addresses were announced. Safe for concurrent use. Knows no kernel: events may come from anywhere.
/// </summary>
internal sealed class ConnectionTracker
{
    private const int MpPrioV0Length = 4;

    private readonly Lock _lock = new();
    private readonly ConnectionLimits _limits;
    private readonly ConnectionStore _store;
    private readonly HandshakeObserver _handshakes;
    private readonly SnapshotMerger _snapshots;
    private readonly List<ConnectionWatch> _watches = [];

    public ConnectionTracker(ConnectionLimits limits, ILogger<ConnectionTracker> logger)
    {
        _limits = limits;
        _store = new ConnectionStore(limits);
        _handshakes = new HandshakeObserver(_store, logger);
        _snapshots = new SnapshotMerger(_store);
    }

    /// <summary>Connections that have not ended.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _store.Open.Count;
            }
        }
    }

    /// <summary>Whether somebody watches.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_lock)
            {
                return _watches.Count > 0;
            }
        }
    }

    /// <summary>Connections that were not tracked because there were too many.</summary>
    public long Refused
    {
        get
        {
            lock (_lock)
            {
                return _store.Refused;
            }
        }
    }

    /// <summary>Takes an event in.</summary>
    public void Observe(in PathEvent seen)
    {
        lock (_lock)
        {
            if (ObserveLocked(in seen) is not { } subflow)
            {
                return;
            }

            TrackedConnection connection = subflow.Connection;
            connection.LastSeen = Math.Max(connection.LastSeen, seen.Time.UnixNanos());
            subflow.LastSeen = Math.Max(subflow.LastSeen, seen.Time.UnixNanos());
            if (seen.Ordinal != 0)
            {
                subflow.Ordinal = (byte)seen.Ordinal;
            }

            if (seen.Nic is not null && seen.Hook == Hook.Ingress && subflow.IsClient(seen.SourceEnd()))
            {
                subflow.IngressNic = seen.Nic;
            }

            Settle(connection);
        }
    }

    /// <summary>
    /// Takes a whole flow table in: counters of known subflows, subflows and connections that are not known yet.
    /// Subflows that are no longer in the table have ended.
    /// </summary>
    /// <param name="flows">The table.</param>
    /// <param name="startedUnixNanos">When reading the table began.</param>
    public void Reconcile(IReadOnlyList<FlowSnapshot> flows, long startedUnixNanos)
    {
        lock (_lock)
        {
            foreach (TrackedConnection connection in _snapshots.Merge(flows, startedUnixNanos))
            {
                Settle(connection);
            }
        }
    }

    /// <summary>Ends what has been idle for too long.</summary>
    /// <param name="unixNanos">The present time.</param>
    public void Expire(long unixNanos)
    {
        lock (_lock)
        {
            foreach (TrackedConnection connection in _store.Open.ToArray())
            {
                long idle = unixNanos - connection.LastSeen;
                if (connection.State == ConnectionState.Handshake && !connection.IsAnnounced && idle > Nanos(_limits.Handshake))
                {
                    _store.Forget(connection);
                }
                else if (idle > Nanos(_limits.Idle))
                {
                    foreach (TrackedSubflow subflow in connection.Subflows.Where(s => !s.IsEnded))
                    {
                        subflow.State = SubflowState.Closed;
                    }

                    Settle(connection);
                }
            }
        }
    }

    public IReadOnlyList<Connection> List(bool includeClosed)
    {
        lock (_lock)
        {
            IEnumerable<TrackedConnection> connections = includeClosed ? _store.Open.Concat(_store.Closed) : _store.Open;
            return [.. connections.OrderBy(c => c.FirstSeen).Select(c => c.ToMessage())];
        }
    }

    /// <summary>Starts a watch with the present connections.</summary>
    public ConnectionWatch Watch()
    {
        lock (_lock)
        {
            var watch = new ConnectionWatch(this, [.. _store.Open.Where(c => c.IsAnnounced)]);
            _watches.Add(watch);
            return watch;
        }
    }

    internal List<ConnectionUpdate>? Take(ConnectionWatch watch)
    {
        lock (_lock)
        {
            return watch.Drain();
        }
    }

    internal void Unwatch(ConnectionWatch watch)
    {
        lock (_lock)
        {
            _watches.Remove(watch);
        }
    }

    private static long Nanos(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private TrackedSubflow? ObserveLocked(in PathEvent seen)
    {
        var key = FlowKey.Of(seen.SourceEnd(), seen.DestinationEnd(), seen.Vlan);
        TrackedSubflow? subflow = _store.FindFlow(key);
        TrackedSubflow? before = subflow;
        subflow = seen.Type switch
        {
            EventType.MpCapable => _handshakes.ObserveCapable(subflow, key, in seen),
            EventType.MpJoin => _handshakes.ObserveJoin(subflow, key, in seen),
            _ => subflow ?? _handshakes.Adopt(key, in seen),
        };
        if (before is not null && before != subflow)
        {
            Settle(before.Connection);
        }

        if (subflow is null)
        {
            return null;
        }

        if (seen.ConnectionId != 0 && !subflow.Connection.IsIdentified)
        {
            _handshakes.Identify(subflow.Connection, seen.ConnectionId);
        }

        if (seen.FlowFlags.HasFlag(FlowFlag.Refused))
        {
            subflow.State = SubflowState.Refused;
        }

        Learn(subflow, in seen);
        return subflow;
    }

    private static void Learn(TrackedSubflow subflow, in PathEvent seen)
    {
        TrackedConnection connection = subflow.Connection;
        bool fromSubflowClient = subflow.IsClient(seen.SourceEnd());
        bool byClient = fromSubflowClient == subflow.FromConnectionClient;
        ReadOnlySpan<byte> option = PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset);
        switch (seen.Type)
        {
            case EventType.AddAddr:
                TrackedAddress? announced = AddressAnnouncements.Announce(connection, option, byClient);
                subflow.LastAnnounced = announced is null ? null : (announced, seen.Sequence);
                break;
            case EventType.RemoveAddr:
                AddressAnnouncements.Withdraw(connection, option, byClient);
                break;
            case EventType.MpPrio when option.Length == MpPrioV0Length:
                AskByAddressId(connection, option[3], byClient, (option[2] & 1) != 0);
                break;
            case EventType.MpPrio when option.Length >= 3:
                Ask(subflow, fromSubflowClient, (option[2] & 1) != 0);
                break;
            case EventType.MpFail when connection.Subflows.Count(s => !s.IsEnded) == 1:
            case EventType.Fallback when !subflow.IsEnded && subflow.Initial:
                connection.State = ConnectionState.Fallback;
                subflow.State = SubflowState.Established;
                break;
            case EventType.Fallback when subflow.State == SubflowState.Handshake:
                subflow.State = SubflowState.Refused;
                break;
            case EventType.MpFastclose:
                connection.State = ConnectionState.Fastclosed;
                connection.Subflows.Where(s => !s.IsEnded).ToList().ForEach(s => s.State = SubflowState.Reset);
                break;
            case EventType.Rst when !subflow.IsEnded:
                subflow.State = subflow.State == SubflowState.Handshake && !subflow.Initial ? SubflowState.Refused : SubflowState.Reset;
                break;
            case EventType.Fin when !subflow.IsEnded:
                Finish(subflow, fromSubflowClient, seen.FlowFlags.HasFlag(FlowFlag.Fin));
                break;
            case EventType.Actor when seen.Op == Op.BlkSubflow && seen.Reason is Reason.Done or Reason.Dropped:
                Blocked(subflow, in seen, byClient);
                break;
        }
    }

    private static void Blocked(TrackedSubflow subflow, in PathEvent seen, bool byClient)
    {
        if (seen.IsSyn())
        {
            subflow.State = SubflowState.Refused;
            return;
        }

        // The option may have been wiped; then the same packet announced the address just before.
        ReadOnlySpan<byte> option = PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset);
        TrackedAddress? hidden = AddressAnnouncements.Announce(subflow.Connection, option, byClient)
            ?? (subflow.LastAnnounced is { } last && last.Sequence == seen.Sequence ? last.Address : null);
        if (hidden is not null)
        {
            hidden.Hidden = true;
        }
    }

    /// <summary>MP_PRIO of version 0 may be about another subflow (RFC 6824, section 3.3.8).</summary>
    private static void AskByAddressId(TrackedConnection connection, byte addressId, bool byClient, bool backup)
    {
        foreach (TrackedSubflow subflow in connection.Subflows.Where(s => !s.IsEnded))
        {
            bool fromSubflowClient = byClient == subflow.FromConnectionClient;
            if ((fromSubflowClient ? subflow.ClientAddressId : subflow.ServerAddressId) == addressId)
            {
                Ask(subflow, fromSubflowClient, backup);
            }
        }
    }

    /// <summary>MP_PRIO asks its receiver (RFC 8684, section 3.3.8).</summary>
    private static void Ask(TrackedSubflow subflow, bool ofServer, bool backup)
    {
        if (ofServer)
        {
            subflow.ServerBackup = backup;
        }
        else
        {
            subflow.ClientBackup = backup;
        }
    }

    private static void Finish(TrackedSubflow subflow, bool fromClient, bool both)
    {
        subflow.ClientFin |= fromClient || both;
        subflow.ServerFin |= !fromClient || both;
        subflow.State = subflow.ClientFin && subflow.ServerFin ? SubflowState.Closed : SubflowState.Closing;
    }

    /// <summary>Draws the connection's state from its subflows' and tells the watchers.</summary>
    private void Settle(TrackedConnection connection)
    {
        bool over = connection.Subflows.TrueForAll(s => s.IsEnded);
        if (over && !connection.IsEnded)
        {
            TrackedSubflow? last = connection.Subflows.MaxBy(s => s.LastSeen);
            connection.State = last?.State is SubflowState.Reset ? ConnectionState.Reset : ConnectionState.Closed;
        }
        else if (!over && connection.State is ConnectionState.Closed or ConnectionState.Reset)
        {
            connection.State = ConnectionState.Established;
            connection.IsAnnounced = false;
            _store.Reopen(connection);
        }

        if (connection.IsEnded)
        {
            _store.Close(connection);
        }

        bool announce = !connection.IsAnnounced && !connection.IsEnded
            && (connection.IsIdentified || connection.State != ConnectionState.Handshake);
        if (announce || connection.IsAnnounced)
        {
            UpdateKind kind = announce ? UpdateKind.Added : connection.IsEnded ? UpdateKind.Closed : UpdateKind.Changed;
            connection.IsAnnounced = !connection.IsEnded;
            _watches.ForEach(w => w.Note(connection, kind));
        }
    }
}
