using Gateway.DataPlane;

namespace Gateway.Daemon.Connections;

/// <summary>A flow whose handshake offered MPTCP, as the ledger follows it.</summary>
internal sealed class LedgerFlow(FlowKey flow, LedgerKey key, FlowEnd client, bool join, uint synSequence)
{
    private LedgerCounts _counts;

    public FlowKey Flow { get; } = flow;

    /// <summary>The entry it is counted in.</summary>
    public LedgerKey Key { get; set; } = key;

    /// <summary>The SYN's sender.</summary>
    public FlowEnd Client { get; } = client;

    /// <summary>MP_JOIN, not MP_CAPABLE.</summary>
    public bool Join { get; } = join;

    public uint SynSequence { get; } = synSequence;

    /// <summary>What it added to its entry: it may have to move.</summary>
    public ref LedgerCounts Counts => ref _counts;

    public bool Has(LedgerCount count) => _counts[count] > 0;

    /// <summary>What became of the offer is known.</summary>
    public bool IsAnswered => Join
        ? Has(LedgerCount.JoinsAccepted) || Has(LedgerCount.JoinsRefused) || Has(LedgerCount.JoinsAnsweredWithout) || Has(LedgerCount.JoinsRefusedHere)
        : Has(LedgerCount.Accepted) || Has(LedgerCount.AnsweredWithout) || Has(LedgerCount.Refused) || Has(LedgerCount.StrippedHere);
}
