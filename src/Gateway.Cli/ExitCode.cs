namespace Gateway.Cli;

/// <summary>Exit codes; the table of --help.</summary>
internal static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int Usage = 2;
    internal const int PolicyRejected = 3;
    internal const int Unreachable = 4;
    internal const int PermissionDenied = 5;
    internal const int AnotherRevision = 6;

    internal static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Done, "Done; a stream was ended with Ctrl-C."),
        (Failed, "Failed; the message says why."),
        (Usage, "The command line is wrong."),
        (PolicyRejected, "The policy has errors; what ran before still runs."),
        (Unreachable, "The daemon is not reachable."),
        (PermissionDenied, "The daemon or its socket does not permit this user to do it."),
        (AnotherRevision, "Another revision of the policy runs than the one named; nothing changed."),
    ];
}
