namespace Gateway.Bpf;

/// <summary>A global variable of an eBPF object.</summary>
/// <param name="Name">The C variable's name.</param>
/// <param name="Section">The section, and so the map, that holds it: ".rodata", ".data" or ".bss".</param>
/// <param name="Offset">Bytes from the section's start.</param>
/// <param name="Size">Size in bytes.</param>
public sealed record BpfVariableSpec(string Name, string Section, int Offset, int Size);
