namespace Gateway.Daemon.Connections;

/// <summary>An entry of the ledger.</summary>
internal sealed class LedgerEntry(LedgerKey key)
{
    private LedgerCounts _counts;

    public LedgerKey Key { get; } = key;

    public ref LedgerCounts Counts => ref _counts;

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public long FirstSeen { get; set; }

    /// <inheritdoc cref="FirstSeen"/>
    public long LastSeen { get; set; }
}
