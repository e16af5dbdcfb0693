namespace Gateway.DataPlane;

/// <summary>The kernel's verifier refused a custom operator; what ran goes on.</summary>
public sealed class OperatorRefusedException : Exception
{
    private const int LinesInMessage = 4;

    /// <summary>Makes an exception.</summary>
    /// <param name="name">The operator.</param>
    /// <param name="program">The packet program it was linked into.</param>
    /// <param name="log">The verifier's log.</param>
    /// <param name="innerException">The kernel's refusal.</param>
    internal OperatorRefusedException(string name, string program, string log, Exception innerException)
        : base($"The kernel's verifier refused operator '{name}' in {program}: {LastLines(log)}", innerException) => VerifierLog = log;

    /// <summary>The verifier's complete log.</summary>
    public string VerifierLog { get; }

    /// <summary>The last lines say why, before the statistics.</summary>
    private static string LastLines(string log) => string.Join(
        ' ', log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("processed ", StringComparison.Ordinal)
            && !l.StartsWith("stack depth ", StringComparison.Ordinal) && !l.StartsWith("verification time ", StringComparison.Ordinal)).TakeLast(LinesInMessage));
}
