namespace Gateway.Adverse;

/// <summary>What came of one fault at one site.</summary>
/// <param name="Site">The site.</param>
/// <param name="Fault">The fault.</param>
/// <param name="Ok">Whether all was as it must be.</param>
/// <param name="Seconds">How long it took, for information.</param>
/// <param name="UploadBytes">What arrived at the server, with the right hash.</param>
/// <param name="DownloadBytes">What arrived at the client, with the right hash.</param>
/// <param name="Swaps">Policies applied while data flowed.</param>
/// <param name="Acted">Packets on which each actor did its work.</param>
/// <param name="Lost">Packets that netem dropped.</param>
/// <param name="Hosts">Growth of both hosts' counters that tell of the fault.</param>
/// <param name="Problems">What was not as it must be.</param>
internal sealed record CaseResult(
    string Site,
    string Fault,
    bool Ok,
    double Seconds,
    long UploadBytes,
    long DownloadBytes,
    int Swaps,
    IReadOnlyDictionary<string, ulong> Acted,
    long Lost,
    IReadOnlyDictionary<string, long> Hosts,
    IReadOnlyList<string> Problems);
