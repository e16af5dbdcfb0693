using System.Buffers.Binary;
using System.Text;

namespace Gateway.Bpf;

/// <summary>
/// A compiled, not yet linked eBPF object (ELF64 little endian, ET_REL, EM_BPF), read without any native code: every
/// offset is checked. Immutable.
/// </summary>
public sealed class BpfObjectFile
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const ushort Relocatable = 1;
    private const ushort BpfMachine = 247;
    private const uint SymbolTableType = 2;
    private const int FirstReservedSection = 0xff00;

    private readonly byte[] _bytes;
    private readonly ulong _sectionTable;

    private BpfObjectFile(byte[] bytes, ulong sectionTable, IReadOnlyList<BpfSection> sections, IReadOnlyList<BpfSymbol> symbols)
    {
        _bytes = bytes;
        _sectionTable = sectionTable;
        Sections = sections;
        Symbols = symbols;
    }

    /// <summary>All sections, by number.</summary>
    public IReadOnlyList<BpfSection> Sections { get; }

    /// <summary>All symbols, by number.</summary>
    public IReadOnlyList<BpfSymbol> Symbols { get; }

    /// <summary>Bytes of the file.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads an object.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>The object; it keeps a copy.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or an offset in it points nowhere.</exception>
    public static BpfObjectFile Parse(ReadOnlySpan<byte> bytes)
    {
        // e_ident: magic, ELFCLASS64, ELFDATA2LSB.
        if (bytes.Length < HeaderSize || !bytes.StartsWith("\u007fELF"u8) || bytes[4] != 2 || bytes[5] != 1)
        {
            throw new InvalidDataException("This is no 64-bit little-endian ELF file: compile with clang -target bpf -g -c.");
        }

        if (U16(bytes, 16) != Relocatable || U16(bytes, 18) != BpfMachine)
        {
            throw new InvalidDataException("This ELF file is no compiled eBPF object: compile with clang -target bpf -g -c.");
        }

        ulong table = U64(bytes, 40);
        int count = U16(bytes, 60);
        int names = U16(bytes, 62);
        if (U16(bytes, 58) != SectionHeaderSize || names >= count)
        {
            throw new InvalidDataException("The ELF file has no section names.");
        }

        ReadOnlySpan<byte> headers = Slice(bytes, table, (ulong)count * SectionHeaderSize);
        ReadOnlySpan<byte> nameTable = Content(bytes, ReadSection(headers, names, default));
        var sections = new List<BpfSection>(count);
        for (int i = 0; i < count; i++)
        {
            BpfSection section = ReadSection(headers, i, nameTable);
            _ = Content(bytes, section);
            sections.Add(section);
        }

        return new BpfObjectFile(bytes.ToArray(), table, sections, ReadSymbols(bytes, sections));
    }

    /// <summary>The section of that name; null when there is none.</summary>
    /// <param name="name">Its name.</param>
    public BpfSection? Section(string name) => Sections.FirstOrDefault(s => s.Name == name);

    /// <summary>The content of a section; empty for one without.</summary>
    /// <param name="section">One of <see cref="Sections"/>.</param>
    public ReadOnlySpan<byte> Content(BpfSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Content(_bytes, section);
    }

    /// <summary>Gives functions and variables other names, in the symbol table and in the BTF.</summary>
    /// <param name="rename">The new name of each.</param>
    /// <param name="contents">What sections of these names hold instead of their content.</param>
    /// <returns>The object's bytes with what is new at their end.</returns>
    /// <exception cref="InvalidDataException">There is no symbol table or no BTF, or it is malformed.</exception>
    public byte[] Rename(Func<string, string> rename, params IEnumerable<(string Section, byte[] Content)> contents)
    {
        ArgumentNullException.ThrowIfNull(rename);
        ArgumentNullException.ThrowIfNull(contents);
        BpfSection table = Sections.FirstOrDefault(s => s.Type == SymbolTableType)
            ?? throw new InvalidDataException("The object has no symbols.");
        BpfSection btf = Section(".BTF") ?? throw new InvalidDataException("The object has no BTF: compile with -g.");
        BpfSection names = Sections[(int)table.Link];
        byte[] renamed = (byte[])_bytes.Clone();
        var strings = new List<byte>(Content(names).ToArray());
        foreach (BpfSymbol symbol in Symbols.Where(s => s.Kind is BpfSymbolKind.Function or BpfSymbolKind.Variable))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(renamed.AsSpan((int)table.Offset + (symbol.Index * SymbolSize)), (uint)strings.Count);
            strings.AddRange(Encoding.UTF8.GetBytes(rename(symbol.Name)));
            strings.Add(0);
        }

        var whole = new List<byte>(renamed);
        MoveToEnd(whole, names, strings);
        MoveToEnd(whole, btf, BtfNames.Rename(Content(btf), rename));
        foreach ((string name, byte[] content) in contents)
        {
            MoveToEnd(whole, Section(name) ?? throw new InvalidDataException($"The object has no section {name}."), content);
        }

        return [.. whole];
    }

    private static BpfSection ReadSection(ReadOnlySpan<byte> headers, int index, ReadOnlySpan<byte> names)
    {
        ReadOnlySpan<byte> header = headers.Slice(index * SectionHeaderSize, SectionHeaderSize);
        return new BpfSection(
            index, names.IsEmpty ? "" : Text(names, U32(header, 0)), U32(header, 4), U64(header, 8), U64(header, 24), U64(header, 32), U32(header, 40));
    }

    private static List<BpfSymbol> ReadSymbols(ReadOnlySpan<byte> bytes, List<BpfSection> sections)
    {
        var symbols = new List<BpfSymbol>();
        foreach (BpfSection table in sections.Where(s => s.Type == SymbolTableType))
        {
            if (symbols.Count > 0 || table.Link >= sections.Count)
            {
                throw new InvalidDataException("The ELF file has several symbol tables, or one without names.");
            }

            ReadOnlySpan<byte> content = Content(bytes, table);
            ReadOnlySpan<byte> names = Content(bytes, sections[(int)table.Link]);
            for (int at = 0; at + SymbolSize <= content.Length; at += SymbolSize)
            {
                int section = U16(content, at + 6);
                if (section >= sections.Count && section < FirstReservedSection)
                {
                    throw new InvalidDataException("A symbol of the ELF file lies in a section that is not there.");
                }

                symbols.Add(new BpfSymbol(
                    at / SymbolSize, Text(names, U32(content, at)), (BpfSymbolKind)(content[at + 4] & 0xf), (BpfSymbolBinding)(content[at + 4] >> 4),
                    section, U64(content, at + 16)));
            }
        }

        return symbols;
    }

    /// <summary>Gives a section new content behind all that is there.</summary>
    private void MoveToEnd(List<byte> whole, BpfSection section, IReadOnlyCollection<byte> content)
    {
        const int Alignment = 8;
        while (whole.Count % Alignment != 0)
        {
            whole.Add(0);
        }

        Span<byte> number = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)whole.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(number[8..], (ulong)content.Count);
        int at = (int)_sectionTable + (section.Index * SectionHeaderSize) + 24;
        for (int i = 0; i < number.Length; i++)
        {
            whole[at + i] = number[i];
        }

        whole.AddRange(content);
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> bytes, BpfSection section) =>
        section.HasContent ? Slice(bytes, section.Offset, section.Size) : [];

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, ulong offset, ulong size) =>
        offset <= (ulong)bytes.Length && size <= (ulong)bytes.Length - offset
            ? bytes.Slice((int)offset, (int)size)
            : throw new InvalidDataException("The ELF file is truncated.");

    private static string Text(ReadOnlySpan<byte> names, uint at)
    {
        ReadOnlySpan<byte> rest = at < names.Length ? names[(int)at..] : throw new InvalidDataException("A name in the ELF file lies outside its table.");
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(rest[..end]) : throw new InvalidDataException("A name in the ELF file does not end.");
    }

    private static ushort U16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);

    private static uint U32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);

    private static ulong U64(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);
}
