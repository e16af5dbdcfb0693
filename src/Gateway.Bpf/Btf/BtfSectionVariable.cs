namespace Gateway.Bpf.Btf;

/// <summary>A variable of a data section.</summary>
/// <param name="TypeId">A <see cref="BtfKind.Variable"/>.</param>
/// <param name="Offset">Bytes from the section's start; in an unlinked ELF file 0 until libbpf has opened it.</param>
/// <param name="Size">Size in bytes.</param>
public sealed record BtfSectionVariable(uint TypeId, uint Offset, uint Size);
