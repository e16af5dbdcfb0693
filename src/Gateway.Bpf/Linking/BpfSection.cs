namespace Gateway.Bpf;

/// <summary>A section of a compiled eBPF object (elf(5), Elf64_Shdr).</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">sh_type.</param>
/// <param name="Flags">sh_flags.</param>
/// <param name="Offset">Where its content starts in the file.</param>
/// <param name="Size">Bytes of content.</param>
/// <param name="Link">sh_link: of a symbol table, the section of its names.</param>
public sealed record BpfSection(int Index, string Name, uint Type, ulong Flags, ulong Offset, ulong Size, uint Link)
{
    private const uint NoBits = 8;
    private const ulong Allocated = 2;
    private const ulong ExecutableFlag = 4;

    /// <summary>Whether it is code or data of the program, and no description of it.</summary>
    public bool IsAllocated => (Flags & Allocated) != 0;

    /// <summary>Whether it holds instructions.</summary>
    public bool IsExecutable => (Flags & ExecutableFlag) != 0;

    /// <summary>Whether the file holds its content (not .bss).</summary>
    public bool HasContent => Type is not (0 or NoBits);
}
