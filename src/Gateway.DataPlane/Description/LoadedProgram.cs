namespace Gateway.DataPlane;

/// <summary>A packet program in the kernel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nic">The port it was loaded for.</param>
/// <param name="Id">Kernel-wide id.</param>
/// <param name="Tag">Hash of its instructions, hexadecimal.</param>
/// <param name="VerifiedInstructions">Instructions the verifier walked.</param>
/// <param name="JitedBytes">Bytes of machine code.</param>
public sealed record LoadedProgram(string Name, string Nic, uint Id, string Tag, uint VerifiedInstructions, uint JitedBytes);
