namespace Gateway.Benchmarks.Results;

/// <summary>Size of a packet program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="VerifiedInstructions">Instructions the verifier walked; the kernel's budget is one million.</param>
/// <param name="JitedBytes">Bytes of machine code, 0 without JIT.</param>
internal sealed record ProgramFacts(string Name, uint VerifiedInstructions, uint JitedBytes);
