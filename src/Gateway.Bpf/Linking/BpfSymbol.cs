namespace Gateway.Bpf;

/// <summary>A symbol of a compiled eBPF object (elf(5), Elf64_Sym).</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name; sections and the empty symbol have none.</param>
/// <param name="Kind">What it names.</param>
/// <param name="Binding">Who sees it.</param>
/// <param name="Section">Number of the section it is in; 0 = defined elsewhere.</param>
/// <param name="Size">Bytes of it.</param>
public sealed record BpfSymbol(int Index, string Name, BpfSymbolKind Kind, BpfSymbolBinding Binding, int Section, ulong Size)
{
    /// <summary>Whether another object must define it.</summary>
    public bool IsUndefined => Section == 0 && Name.Length > 0;
}
