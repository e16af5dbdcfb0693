using System.Diagnostics.CodeAnalysis;

namespace Gateway.Bpf.Btf;

/// <summary>Kinds of BTF types (linux/btf.h).</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names of linux/btf.h.")]
public enum BtfKind
{
    /// <summary>void, type id 0.</summary>
    Void = 0,
    /// <summary>Integer.</summary>
    Int = 1,
    /// <summary>Pointer.</summary>
    Pointer = 2,
    /// <summary>Array.</summary>
    Array = 3,
    /// <summary>Structure.</summary>
    Struct = 4,
    /// <summary>Union.</summary>
    Union = 5,
    /// <summary>Enumeration of up to 32 bits.</summary>
    Enum = 6,
    /// <summary>Forward declaration.</summary>
    Forward = 7,
    /// <summary>typedef.</summary>
    Typedef = 8,
    /// <summary>volatile.</summary>
    Volatile = 9,
    /// <summary>const.</summary>
    Const = 10,
    /// <summary>restrict.</summary>
    Restrict = 11,
    /// <summary>Function.</summary>
    Function = 12,
    /// <summary>Function prototype.</summary>
    FunctionPrototype = 13,
    /// <summary>Global variable.</summary>
    Variable = 14,
    /// <summary>Section of global variables.</summary>
    DataSection = 15,
    /// <summary>Floating point number.</summary>
    Float = 16,
    /// <summary>Tag on a declaration.</summary>
    DeclarationTag = 17,
    /// <summary>Tag on a type.</summary>
    TypeTag = 18,
    /// <summary>Enumeration of 64 bits.</summary>
    Enum64 = 19,
}
