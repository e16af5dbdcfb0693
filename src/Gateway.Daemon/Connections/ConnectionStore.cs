namespace Gateway.Daemon.Connections;

/// <summary>Finds connections by id, token and flow, and forgets the oldest when there are too many.</summary>
internal sealed class ConnectionStore(ConnectionLimits limits)
{
    private readonly Dictionary<FlowKey, TrackedSubflow> _flows = [];
    private readonly Dictionary<ulong, TrackedConnection> _ids = [];
    private readonly Dictionary<uint, TrackedConnection> _tokens = [];
    private readonly HashSet<TrackedConnection> _open = [];
    private readonly Queue<TrackedConnection> _handshakes = new();
    private readonly LinkedList<TrackedConnection> _closed = [];

    /// <summary>Connections that have not ended.</summary>
    public IReadOnlyCollection<TrackedConnection> Open => _open;

    /// <summary>Ended connections, the one that ended first at the front.</summary>
    public IReadOnlyCollection<TrackedConnection> Closed => _closed;

    /// <summary>Connections that were not tracked because there were too many.</summary>
    public long Refused { get; private set; }

    public TrackedSubflow? FindFlow(FlowKey key) => _flows.GetValueOrDefault(key);

    public TrackedConnection? Find(ulong id) => id == 0 ? null : _ids.GetValueOrDefault(id);

    public TrackedConnection? FindByToken(uint token) => token == 0 ? null : _tokens.GetValueOrDefault(token);

    /// <summary>Enters a new connection; null when there are too many.</summary>
    public TrackedConnection? Add(long now)
    {
        if (_open.Count >= limits.Open)
        {
            Refused++;
            return null;
        }

        var connection = new TrackedConnection(now);
        _open.Add(connection);
        return connection;
    }

    /// <summary>Counts a connection among those whose keys are awaited; the oldest of too many is forgotten.</summary>
    public void AwaitKeys(TrackedConnection connection)
    {
        _handshakes.Enqueue(connection);
        while (_handshakes.Count > limits.Handshakes)
        {
            TrackedConnection oldest = _handshakes.Dequeue();
            if (oldest.State == V1.ConnectionState.Handshake && !oldest.IsIdentified)
            {
                Forget(oldest);
            }
        }
    }

    public void Add(TrackedSubflow subflow)
    {
        _flows[subflow.Key] = subflow;
        if (subflow.Connection.Add(subflow) is { } forgotten)
        {
            RemoveFlow(forgotten);
        }
    }

    /// <summary>Makes a connection known by the tokens it has.</summary>
    public void Index(TrackedConnection connection)
    {
        if (connection.IsIdentified)
        {
            _ids[connection.Id] = connection;
        }

        foreach (uint token in (ReadOnlySpan<uint>)[connection.ClientToken, connection.ServerToken])
        {
            if (token != 0)
            {
                _tokens[token] = connection;
            }
        }
    }

    /// <summary>Moves the subflows of a connection to the one it turned out to be, and forgets it.</summary>
    public void Merge(TrackedConnection from, TrackedConnection into)
    {
        foreach (TrackedSubflow subflow in from.Subflows)
        {
            subflow.Connection = into;
            into.Subflows.Add(subflow);
        }

        from.Subflows.Clear();
        Forget(from);
    }

    /// <summary>Moves an ended connection to the remembered ones.</summary>
    public void Close(TrackedConnection connection)
    {
        if (!_open.Remove(connection))
        {
            return;
        }

        _closed.AddLast(connection);
        while (_closed.Count > limits.Closed)
        {
            Forget(_closed.First!.Value);
        }
    }

    /// <summary>Moves a remembered connection back: a host joined it again.</summary>
    public void Reopen(TrackedConnection connection)
    {
        if (_closed.Remove(connection))
        {
            _open.Add(connection);
        }
    }

    public void Forget(TrackedConnection connection)
    {
        if (!_open.Remove(connection))
        {
            _closed.Remove(connection);
        }

        connection.Subflows.ForEach(RemoveFlow);
        if (_ids.GetValueOrDefault(connection.Id) == connection)
        {
            _ids.Remove(connection.Id);
        }

        foreach (uint token in (ReadOnlySpan<uint>)[connection.ClientToken, connection.ServerToken])
        {
            if (_tokens.GetValueOrDefault(token) == connection)
            {
                _tokens.Remove(token);
            }
        }
    }

    private void RemoveFlow(TrackedSubflow subflow)
    {
        if (_flows.GetValueOrDefault(subflow.Key) == subflow)
        {
            _flows.Remove(subflow.Key);
        }
    }
}
