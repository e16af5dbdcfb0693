namespace Gateway.Bpf;

/// <summary>What the kernel knows of a loaded program (struct bpf_prog_info).</summary>
/// <param name="Id">Kernel-wide id.</param>
/// <param name="Type">Program type.</param>
/// <param name="Name">At most 15 characters of the name.</param>
/// <param name="Tag">Hash of the instructions, 16 hexadecimal digits.</param>
/// <param name="VerifiedInstructions">Instructions the verifier walked (the budget is one million); 0 before Linux 5.16.</param>
/// <param name="XlatedSize">Bytes of eBPF instructions after verification.</param>
/// <param name="JitedSize">Bytes of machine code; 0 when the JIT is off.</param>
/// <param name="MapCount">Maps the program holds.</param>
/// <param name="RunTime">Accumulated run time; zero unless kernel.bpf_stats_enabled is set.</param>
/// <param name="RunCount">Accumulated runs; zero unless kernel.bpf_stats_enabled is set.</param>
public sealed record BpfProgramInfo(
    uint Id,
    BpfProgramType Type,
    string Name,
    string Tag,
    uint VerifiedInstructions,
    uint XlatedSize,
    uint JitedSize,
    uint MapCount,
    TimeSpan RunTime,
    ulong RunCount);
