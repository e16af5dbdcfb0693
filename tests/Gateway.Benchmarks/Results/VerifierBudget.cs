namespace Gateway.Benchmarks.Results;

/// <summary>
/// Instructions the verifier may walk in a packet program. The kernel gives up at one million; compilers and kernels differ,
/// so the distance is kept; and half the instructions are half the start of a daemon.
/// </summary>
internal static class VerifierBudget
{
    internal const uint Instructions = 350_000;
}
