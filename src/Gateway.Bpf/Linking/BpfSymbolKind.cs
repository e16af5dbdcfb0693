namespace Gateway.Bpf;

/// <summary>What a symbol names (elf(5), STT_*); other numbers are passed through.</summary>
public enum BpfSymbolKind
{
    /// <summary>Nothing said; a label.</summary>
    None = 0,
    /// <summary>A variable or map.</summary>
    Variable = 1,
    /// <summary>A function.</summary>
    Function = 2,
    /// <summary>A section.</summary>
    Section = 3,
    /// <summary>The source file.</summary>
    File = 4,
}
