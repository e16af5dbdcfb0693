using System.Buffers.Binary;
using System.Text;

namespace Gateway.Bpf.Btf;

/// <summary>
/// Reads BTF, the kernel's compact type format (linux/btf.h, little endian): the types a compiler left in an
/// eBPF object.
/// </summary>
public sealed class BtfReader
{
    private const ushort Magic = 0xeb9f;
    private const int TypeHeaderSize = 12;
    private const int MaxDepth = 64;

    private readonly List<BtfType> _types;

    private BtfReader(List<BtfType> types) => _types = types;

    /// <summary>All types; the index is the id, id 0 is void.</summary>
    public IReadOnlyList<BtfType> Types => _types;

    /// <summary>The type of that id.</summary>
    /// <param name="id">A type id.</param>
    /// <exception cref="InvalidDataException">There is no such type.</exception>
    public BtfType this[uint id] => id < _types.Count
        ? _types[(int)id]
        : throw new InvalidDataException($"The BTF refers to type {id} but has only {_types.Count}.");

    /// <summary>Reads the .BTF section of an ELF64 little-endian file.</summary>
    /// <param name="elf">The file's bytes.</param>
    /// <returns>The types.</returns>
    /// <exception cref="InvalidDataException">No such file, no .BTF section, or malformed BTF.</exception>
    public static BtfReader FromElf(ReadOnlySpan<byte> elf) => Parse(ElfSection.Find(elf, ".BTF"));

    /// <summary>Reads raw BTF.</summary>
    /// <param name="btf">Header, types and strings.</param>
    /// <returns>The types.</returns>
    /// <exception cref="InvalidDataException">Malformed BTF.</exception>
    public static BtfReader Parse(ReadOnlySpan<byte> btf)
    {
        if (btf.Length < 24 || BinaryPrimitives.ReadUInt16LittleEndian(btf) != Magic)
        {
            throw new InvalidDataException("Not little-endian BTF: compile for the bpf target with -g.");
        }

        uint header = U32(btf, 4);
        ReadOnlySpan<byte> types = Slice(btf, (ulong)header + U32(btf, 8), U32(btf, 12));
        ReadOnlySpan<byte> strings = Slice(btf, (ulong)header + U32(btf, 16), U32(btf, 20));
        var read = new List<BtfType> { new() { Id = 0, Kind = BtfKind.Void, Name = "void" } };
        while (!types.IsEmpty)
        {
            read.Add(ReadType(ref types, strings, (uint)read.Count));
        }

        return new BtfReader(read);
    }

    /// <summary>Follows typedefs, qualifiers and type tags to the type behind them.</summary>
    /// <param name="id">A type id.</param>
    /// <returns>The first type that is something else.</returns>
    /// <exception cref="InvalidDataException">The chain does not end.</exception>
    public BtfType Resolve(uint id)
    {
        BtfType type = this[id];
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            if (type.Kind is not (BtfKind.Typedef or BtfKind.Const or BtfKind.Volatile or BtfKind.Restrict or BtfKind.TypeTag))
            {
                return type;
            }

            type = this[type.TypeId];
        }

        throw new InvalidDataException($"BTF type {id} refers to itself.");
    }

    /// <summary>Bytes of a type.</summary>
    /// <param name="id">A type id.</param>
    /// <returns>Its size; 0 for void and functions.</returns>
    /// <exception cref="InvalidDataException">The type nests without end.</exception>
    public ulong SizeOf(uint id)
    {
        ulong count = 1;
        BtfType type = Resolve(id);
        for (int depth = 0; type.Kind == BtfKind.Array; depth++)
        {
            if (depth == MaxDepth)
            {
                throw new InvalidDataException($"BTF type {id} nests without end.");
            }

            count *= type.ElementCount;
            type = Resolve(type.TypeId);
        }

        return count * (type.Kind == BtfKind.Pointer ? 8 : type.Size);
    }

    private static BtfType ReadType(ref ReadOnlySpan<byte> types, ReadOnlySpan<byte> strings, uint id)
    {
        ReadOnlySpan<byte> head = Take(ref types, TypeHeaderSize);
        uint info = U32(head, 4);
        uint sizeOrType = U32(head, 8);
        var kind = (BtfKind)((info >> 24) & 0x1f);
        int count = (int)(info & 0xffff);
        bool flag = info >> 31 != 0;
        string name = Text(strings, U32(head, 0));
        switch (kind)
        {
            case BtfKind.Int:
                uint encoding = U32(Take(ref types, 4), 0) >> 24;
                return new() { Id = id, Kind = kind, Name = name, Size = sizeOrType, IsSigned = (encoding & 1) != 0, IsBool = (encoding & 4) != 0 };
            case BtfKind.Array:
                ReadOnlySpan<byte> array = Take(ref types, 12);
                return new() { Id = id, Kind = kind, Name = name, TypeId = U32(array, 0), ElementCount = U32(array, 8) };
            case BtfKind.Struct or BtfKind.Union:
                return new() { Id = id, Kind = kind, Name = name, Size = sizeOrType, Members = ReadMembers(Take(ref types, count * 12), strings, flag) };
            case BtfKind.Enum:
                return new() { Id = id, Kind = kind, Name = name, Size = sizeOrType, IsSigned = flag, Values = ReadEnum(Take(ref types, count * 8), strings, flag) };
            case BtfKind.Enum64:
                return new() { Id = id, Kind = kind, Name = name, Size = sizeOrType, IsSigned = flag, Values = ReadEnum64(Take(ref types, count * 12), strings) };
            case BtfKind.DataSection:
                return new() { Id = id, Kind = kind, Name = name, Size = sizeOrType, Variables = ReadVariables(Take(ref types, count * 12)) };
            case BtfKind.Float or BtfKind.Forward:
                return new() { Id = id, Kind = kind, Name = name, Size = kind == BtfKind.Float ? sizeOrType : 0 };
            case BtfKind.FunctionPrototype:
                Take(ref types, count * 8);
                break;
            case BtfKind.Variable or BtfKind.DeclarationTag:
                Take(ref types, 4);
                break;
            case BtfKind.Pointer or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.Function or BtfKind.TypeTag:
                break;
            default:
                throw new InvalidDataException($"BTF type {id} has unknown kind {(int)kind}: the compiler is newer than this reader.");
        }

        return new() { Id = id, Kind = kind, Name = name, TypeId = sizeOrType };
    }

    private static BtfMember[] ReadMembers(ReadOnlySpan<byte> data, ReadOnlySpan<byte> strings, bool hasBitfields)
    {
        var members = new BtfMember[data.Length / 12];
        for (int i = 0; i < members.Length; i++)
        {
            uint offset = U32(data, (i * 12) + 8);
            members[i] = new BtfMember(
                Text(strings, U32(data, i * 12)),
                U32(data, (i * 12) + 4),
                hasBitfields ? offset & 0xff_ffff : offset,
                hasBitfields ? offset >> 24 : 0);
        }

        return members;
    }

    private static BtfEnumValue[] ReadEnum(ReadOnlySpan<byte> data, ReadOnlySpan<byte> strings, bool signed)
    {
        var values = new BtfEnumValue[data.Length / 8];
        for (int i = 0; i < values.Length; i++)
        {
            uint value = U32(data, (i * 8) + 4);
            values[i] = new BtfEnumValue(Text(strings, U32(data, i * 8)), signed ? (int)value : value);
        }

        return values;
    }

    private static BtfEnumValue[] ReadEnum64(ReadOnlySpan<byte> data, ReadOnlySpan<byte> strings)
    {
        var values = new BtfEnumValue[data.Length / 12];
        for (int i = 0; i < values.Length; i++)
        {
            ulong value = U32(data, (i * 12) + 4) | ((ulong)U32(data, (i * 12) + 8) << 32);
            values[i] = new BtfEnumValue(Text(strings, U32(data, i * 12)), (long)value);
        }

        return values;
    }

    private static BtfSectionVariable[] ReadVariables(ReadOnlySpan<byte> data)
    {
        var variables = new BtfSectionVariable[data.Length / 12];
        for (int i = 0; i < variables.Length; i++)
        {
            variables[i] = new BtfSectionVariable(U32(data, i * 12), U32(data, (i * 12) + 4), U32(data, (i * 12) + 8));
        }

        return variables;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> data, int size)
    {
        ReadOnlySpan<byte> taken = Slice(data, 0, (uint)size);
        data = data[size..];
        return taken;
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> data, ulong offset, uint size) =>
        offset + size <= (ulong)data.Length
            ? data.Slice((int)offset, (int)size)
            : throw new InvalidDataException("Truncated BTF: rebuild the object.");

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private static string Text(ReadOnlySpan<byte> strings, uint offset)
    {
        if (offset >= strings.Length)
        {
            return offset == 0 ? "" : throw new InvalidDataException("Truncated BTF strings: rebuild the object.");
        }

        ReadOnlySpan<byte> text = strings[(int)offset..];
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
