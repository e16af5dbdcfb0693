namespace Gateway.Daemon.Connections;

/// <summary>Handshakes of all networks since the daemon started.</summary>
/// <param name="Handshake">"mp_capable" or "mp_join".</param>
/// <param name="Outcome">What became of them; "offered" is all of them.</param>
/// <param name="Count">How many.</param>
internal readonly record struct LedgerTotal(string Handshake, string Outcome, ulong Count);
