namespace Gateway.Benchmarks.Results;

/// <summary>Size of a packet program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="VerifiedInstructions">Instructions the verifier walked; the kernel's own limit is one million.</param>
/// <param name="JitedBytes">Bytes of machine code, 0 without JIT.</param>
/// <param name="Budget">What verifiedInstructions may come to.</param>
internal sealed record ProgramFacts(string Name, uint VerifiedInstructions, uint JitedBytes, uint Budget)
{
    internal bool IsWithinBudget => VerifiedInstructions <= Budget;
}
