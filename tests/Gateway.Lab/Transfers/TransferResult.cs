namespace Gateway.Lab;

/// <summary>How a transfer ended.</summary>
public sealed record TransferResult
{
    /// <summary>Each connection.</summary>
    public required IReadOnlyList<ConnectionResult> Connections { get; init; }

    /// <summary>From the first byte received to the last one, over all connections.</summary>
    public required double Seconds { get; init; }

    /// <summary>Bytes received over all connections.</summary>
    public long Bytes => Connections.Sum(c => c.BytesReceived);

    /// <summary>Goodput in Mbit/s.</summary>
    public double Mbps => Seconds > 0 ? Bytes * 8 / Seconds / 1e6 : 0;

    /// <summary>Whether every connection completed and its content arrived as it was sent.</summary>
    public bool ContentOk => Connections.All(c => c.Completed && c.ContentOk);

    /// <summary>Connections that did not complete.</summary>
    public int Lost => Connections.Count(c => !c.Completed);

    /// <summary>Whether any end of any connection was plain TCP, from the start or by falling back.</summary>
    public bool PlainTcp => Connections.Any(c => c.Client is not { Mptcp: true, Fallback: false } || c.Server is not { Mptcp: true, Fallback: false });

    /// <summary>Subflows of the connection that had the fewest, the first one included, as the client saw at the end, or when it was stopped.</summary>
    public int Subflows => Connections.Min(c => c.Client?.Subflows ?? 0);

    /// <summary>What went wrong, one line per connection that has something to say.</summary>
    public string Errors => string.Join('\n', Connections.Where(c => c.Error is not null).Select(c => c.Error));
}
