using Gateway.Bpf.Btf;

namespace Gateway.AbiGenerator;

/// <summary>Turns a BTF structure into a flat list of fields.</summary>
internal sealed class StructReader(BtfReader btf)
{
    private const int MaxDepth = 16;

    private readonly List<AbiField> _fields = [];

    /// <summary>Reads a structure or union.</summary>
    /// <exception cref="AbiException">It has bit fields, pointers or other things without a mirror.</exception>
    internal AbiStruct Read(BtfType type)
    {
        AddMembers(type, type.Name, namePrefix: "", start: 0, depth: 0);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (AbiField field in _fields)
        {
            if (!names.Add(AbiNames.Pascal(field.Name)))
            {
                throw new AbiException($"struct {type.Name}: two fields are called {AbiNames.Pascal(field.Name)} in C#; rename one.");
            }
        }

        return new AbiStruct(type.Name, type.Size, [.. _fields]);
    }

    private void AddMembers(BtfType type, string where, string namePrefix, uint start, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new AbiException($"struct {where} nests anonymous structures more than {MaxDepth} deep.");
        }

        foreach (BtfMember member in type.Members)
        {
            string place = $"{where}.{member.Name}";
            if (member.BitfieldSize != 0 || member.BitOffset % 8 != 0)
            {
                throw new AbiException($"{place} is a bit field, whose layout C# cannot express: use a mask in an integer.");
            }

            uint offset = start + (member.BitOffset / 8);
            BtfType target = btf.Resolve(member.TypeId);
            if (target.Kind is BtfKind.Struct or BtfKind.Union && target.Name.Length == 0)
            {
                AddMembers(target, where, member.Name.Length == 0 ? namePrefix : $"{namePrefix}{member.Name}_", offset, depth + 1);
                continue;
            }

            var dimensions = new List<uint>();
            while (target.Kind == BtfKind.Array)
            {
                dimensions.Add(target.ElementCount);
                target = btf.Resolve(target.TypeId);
            }

            if (dimensions.Count > 2)
            {
                throw new AbiException($"{place} has {dimensions.Count} dimensions: declare a structure for the inner ones.");
            }

            _fields.Add(new AbiField(namePrefix + member.Name, offset, FieldType(target, place), dimensions));
        }
    }

    private static AbiFieldType FieldType(BtfType type, string place) => type.Kind switch
    {
        _ when AbiTypes.IsAbi(type) => new(AbiFieldKind.Named, type.Name, type.Size),
        // char is text or bytes, whatever its sign; a C bool has one byte.
        BtfKind.Int when type.Name == "char" || type.IsBool => new(AbiFieldKind.Primitive, "byte", 1),
        BtfKind.Int or BtfKind.Enum or BtfKind.Enum64 =>
            new(AbiFieldKind.Primitive, AbiNames.Integer(type.Size, type.IsSigned, place), type.Size),
        BtfKind.Struct or BtfKind.Union when type.Name.Length > 0 => new(AbiFieldKind.Opaque, "", type.Size),
        BtfKind.Struct or BtfKind.Union => throw new AbiException($"{place} is an array of anonymous structures: give them a gw_ name."),
        BtfKind.Pointer => throw new AbiException($"{place} is a pointer, which means nothing outside the kernel: remove it, or use --root."),
        _ => throw new AbiException($"{place} is a {type.Kind}, which has no mirror in C#."),
    };
}
