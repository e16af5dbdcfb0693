using System.Buffers.Binary;

namespace Gateway.Bpf.Btf;

/// <summary>Finds sections of ELF64 little-endian files (elf(5)).</summary>
internal static class ElfSection
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;

    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> elf, string name)
    {
        // e_ident: magic, ELFCLASS64, ELFDATA2LSB.
        if (elf.Length < HeaderSize || !elf.StartsWith("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("Not a 64-bit little-endian ELF file.");
        }

        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(elf[40..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[60..]);
        int namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(elf[62..]);
        ReadOnlySpan<byte> headers = Slice(elf, table, (ulong)count * SectionHeaderSize);
        ReadOnlySpan<byte> names = namesIndex < count
            ? Content(elf, headers.Slice(namesIndex * SectionHeaderSize, SectionHeaderSize))
            : throw new InvalidDataException("The ELF file has no section names.");
        Span<byte> wanted = stackalloc byte[64];
        int length = System.Text.Encoding.ASCII.GetBytes(name, wanted);
        wanted = wanted[..(length + 1)];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = headers.Slice(i * SectionHeaderSize, SectionHeaderSize);
            uint at = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (at < names.Length && names[(int)at..].StartsWith(wanted))
            {
                return Content(elf, header);
            }
        }

        throw new InvalidDataException($"The ELF file has no section {name}: compile with -g.");
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> elf, ReadOnlySpan<byte> header) => Slice(
        elf, BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> elf, ulong offset, ulong size) =>
        offset <= (ulong)elf.Length && size <= (ulong)elf.Length - offset
            ? elf.Slice((int)offset, (int)size)
            : throw new InvalidDataException("Truncated ELF file.");
}
