using System.Buffers.Binary;
using System.Text;
using Gateway.Bpf.Btf;

namespace Gateway.Bpf;

/// <summary>Gives functions and variables of raw BTF (linux/btf.h, little endian) other names.</summary>
internal static class BtfNames
{
    private const int TypeHeaderSize = 12;

    /// <summary>Renames.</summary>
    /// <param name="btf">Header, types and strings.</param>
    /// <param name="rename">The new name of each.</param>
    /// <exception cref="InvalidDataException">Malformed BTF.</exception>
    internal static byte[] Rename(ReadOnlySpan<byte> btf, Func<string, string> rename)
    {
        // Checks all that is walked below.
        IReadOnlyList<BtfType> types = BtfReader.Parse(btf).Types;
        int header = (int)U32(btf, 4);
        int typesAt = header + (int)U32(btf, 8);
        int stringsAt = header + (int)U32(btf, 16);
        int stringsLength = (int)U32(btf, 20);
        if (stringsAt + stringsLength != btf.Length)
        {
            throw new InvalidDataException("The strings of the BTF do not end it.");
        }

        var strings = new List<byte>(btf[stringsAt..].ToArray());
        byte[] renamed = btf.ToArray();
        int at = typesAt;
        foreach (BtfType type in types.Skip(1))
        {
            if (type.Kind is BtfKind.Function or BtfKind.Variable)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(renamed.AsSpan(at), (uint)strings.Count);
                strings.AddRange(Encoding.UTF8.GetBytes(rename(type.Name)));
                strings.Add(0);
            }

            at += SizeOf(type.Kind, (int)(U32(btf, at + 4) & 0xffff));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(renamed.AsSpan(20), (uint)strings.Count);
        return [.. renamed.AsSpan(0, stringsAt), .. strings];
    }

    private static int SizeOf(BtfKind kind, int count) => TypeHeaderSize + (kind switch
    {
        BtfKind.Int or BtfKind.Variable or BtfKind.DeclarationTag => 4,
        BtfKind.Array => 12,
        BtfKind.Struct or BtfKind.Union or BtfKind.Enum64 or BtfKind.DataSection => count * 12,
        BtfKind.Enum or BtfKind.FunctionPrototype => count * 8,
        _ => 0,
    });

    private static uint U32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
}
