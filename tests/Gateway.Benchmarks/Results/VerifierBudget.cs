namespace Gateway.Benchmarks.Results;

/// <summary>
/// Instructions the verifier may walk in a packet program. The kernel gives up at one million; compilers and kernels differ,
/// so the distance is kept. A daemon that starts waits for the verifier longer than for anything else.
/// </summary>
internal static class VerifierBudget
{
    internal const uint Instructions = 350_000;
}
