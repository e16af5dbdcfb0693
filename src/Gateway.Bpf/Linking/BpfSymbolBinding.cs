namespace Gateway.Bpf;

/// <summary>Who sees a symbol (elf(5), STB_*).</summary>
public enum BpfSymbolBinding
{
    /// <summary>Its own object.</summary>
    Local = 0,
    /// <summary>All objects; one may define it.</summary>
    Global = 1,
    /// <summary>All objects; a global one of the same name takes its place.</summary>
    Weak = 2,
}
