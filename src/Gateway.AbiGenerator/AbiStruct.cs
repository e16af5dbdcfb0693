namespace Gateway.AbiGenerator;

/// <summary>A structure or union of the ABI.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Fields">Its fields; anonymous members are flattened into them.</param>
internal sealed record AbiStruct(string Name, uint Size, IReadOnlyList<AbiField> Fields);

/// <summary>A field.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Offset">Bytes from the structure's start.</param>
/// <param name="Type">Type of the field, or of its elements.</param>
/// <param name="Dimensions">Lengths of an array, outermost first; empty for other fields.</param>
internal sealed record AbiField(string Name, uint Offset, AbiFieldType Type, IReadOnlyList<uint> Dimensions);

/// <summary>A field's type.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The C# keyword of a primitive, or the C name of a type of the ABI; empty for opaque bytes.</param>
/// <param name="Size">Bytes.</param>
internal sealed record AbiFieldType(AbiFieldKind Kind, string Name, uint Size);

/// <summary>What a field's type is.</summary>
internal enum AbiFieldKind
{
    /// <summary>An integer.</summary>
    Primitive,

    /// <summary>A structure, union or enumeration of the ABI.</summary>
    Named,

    /// <summary>A kernel type, mirrored as bytes.</summary>
    Opaque,
}
