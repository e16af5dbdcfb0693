namespace Gateway.Daemon.Connections;

/// <summary>What the ledger counts: flows, each once. See LedgerEntry in connection.proto.</summary>
internal enum LedgerCount
{
    Offered,
    OfferedV0,
    OfferedAgain,
    Accepted,
    AcceptedV0,
    AnsweredWithout,
    Refused,
    StrippedHere,
    Established,
    FellBackClient,
    FellBackServer,
    Failed,
    JoinsOffered,
    JoinsAccepted,
    JoinsEstablished,
    JoinsRefused,
    JoinsAnsweredWithout,
    JoinsRefusedHere,
}
