namespace Gateway.Benchmarks.Results;

/// <summary>
/// Instructions the verifier may walk in a packet program. The kernel gives up at one million; compilers and kernels differ,
/// so the distance is kept.
/// </summary>
internal static class VerifierBudget
{
    internal const uint Instructions = 600_000;
}
