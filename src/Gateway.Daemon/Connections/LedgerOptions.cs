namespace Gateway.Daemon.Connections;

/// <summary>How the MPTCP ledger divides networks, and how much it remembers.</summary>
internal sealed record LedgerOptions
{
    /// <summary>Bits of an IPv4 address that name a network.</summary>
    public int IPv4Prefix { get; init; } = 24;

    /// <summary>Bits of an IPv6 address that name a network.</summary>
    public int IPv6Prefix { get; init; } = 48;

    /// <summary>Entries; the one that was not used for longest gives way to a new one.</summary>
    public int MaxEntries { get; init; } = 4096;

    /// <summary>Flows that are followed at a time; the oldest gives way to a new one.</summary>
    public int MaxFlows { get; init; } = 32_768;
}
