namespace Gateway.Bpf.Btf;

/// <summary>One BTF type; which properties mean something depends on <see cref="Kind"/>.</summary>
public sealed class BtfType
{
    /// <summary>Its id; others refer to it by this number.</summary>
    public required uint Id { get; init; }

    /// <summary>Its kind.</summary>
    public required BtfKind Kind { get; init; }

    /// <summary>Its name; empty when anonymous.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes, for Int, Float, Struct, Union, Enum, Enum64 and DataSection.</summary>
    public uint Size { get; init; }

    /// <summary>The type referred to, for Pointer, Typedef, qualifiers, Function and Variable; the element type of Array.</summary>
    public uint TypeId { get; init; }

    /// <summary>Number of elements of an Array.</summary>
    public uint ElementCount { get; init; }

    /// <summary>Whether an Int, Enum or Enum64 is signed.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Whether an Int is a bool.</summary>
    public bool IsBool { get; init; }

    /// <summary>Members of a Struct or Union, in declaration order.</summary>
    public IReadOnlyList<BtfMember> Members { get; init; } = [];

    /// <summary>Values of an Enum or Enum64, in declaration order.</summary>
    public IReadOnlyList<BtfEnumValue> Values { get; init; } = [];

    /// <summary>Variables of a DataSection.</summary>
    public IReadOnlyList<BtfSectionVariable> Variables { get; init; } = [];
}
