using System.Buffers.Binary;

namespace Gateway.Mptcp.Captures;

/// <summary>
/// Reads the enhanced packet blocks of a pcapng capture (draft-ietf-opsawg-pcapng) of either byte order;
/// other blocks than section header, interface description and enhanced packet are stepped over.
/// </summary>
public static class PcapngReader
{
    private const uint SectionHeader = 0x0a0d0d0a;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1a2b3c4d;
    private const int MaxBlock = 16 << 20;

    /// <summary>Reads the frames of a file, lazily.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">Not pcapng, or damaged.</exception>
    public static IEnumerable<CapturedFrame> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        foreach (CapturedFrame frame in Read(stream))
        {
            yield return frame;
        }
    }

    /// <summary>Reads the frames of a stream, lazily; the stream stays open.</summary>
    /// <param name="stream">Positioned at a section header.</param>
    /// <exception cref="InvalidDataException">Not pcapng, or damaged.</exception>
    public static IEnumerable<CapturedFrame> Read(Stream stream)
    {
        Section? section = null;
        while (ReadBlock(stream, section) is Block block)
        {
            switch (block.Type)
            {
                case SectionHeader:
                    section = new Section(block.BigEndian);
                    break;
                case InterfaceDescription:
                    section!.Interfaces.Add(section.UInt16(block.Field(0, 2)));
                    break;
                case EnhancedPacket:
                    yield return Frame(block, section!);
                    break;
            }
        }
    }

    private static CapturedFrame Frame(Block block, Section section)
    {
        uint id = section.UInt32(block.Field(0, 4));
        if (id >= section.Interfaces.Count)
        {
            throw new InvalidDataException($"A packet names interface {id}, which the capture does not describe: capture again.");
        }

        uint captured = section.UInt32(block.Field(12, 4));
        uint original = section.UInt32(block.Field(16, 4));
        if (captured > original || original > int.MaxValue)
        {
            throw new InvalidDataException($"A packet has {captured} captured bytes of {original}: capture again.");
        }

        ulong timestamp = ((ulong)section.UInt32(block.Field(4, 4)) << 32) | section.UInt32(block.Field(8, 4));
        ReadOnlyMemory<byte> data = block.Body.AsMemory(20..).Length >= captured
            ? block.Body.AsMemory(20, (int)captured)
            : throw Damaged();
        return new CapturedFrame((int)id, section.Interfaces[(int)id], timestamp, data, (int)original);
    }

    private static Block? ReadBlock(Stream stream, Section? section)
    {
        byte[] head = new byte[12];
        int got = stream.ReadAtLeast(head, 12, throwOnEndOfStream: false);
        if (got == 0)
        {
            return null;
        }

        if (got < 12)
        {
            throw Damaged();
        }

        // The section header's number reads the same in both orders; the magic after it tells which.
        bool header = BinaryPrimitives.ReadUInt32BigEndian(head) == SectionHeader;
        if (!header && section is null)
        {
            throw new InvalidDataException("Not a pcapng capture: it does not begin with a section header. Convert it with editcap -F pcapng.");
        }

        Section order = header ? new Section(IsBigEndian(head.AsSpan(8))) : section!;
        uint length = order.UInt32(head.AsSpan(4));
        if (length < 12 || length % 4 != 0 || length > MaxBlock)
        {
            throw Damaged();
        }

        byte[] block = new byte[length];
        head.CopyTo(block, 0);
        if (stream.ReadAtLeast(block.AsSpan(12), block.Length - 12, throwOnEndOfStream: false) < block.Length - 12
            || order.UInt32(block.AsSpan(block.Length - 4)) != length)
        {
            throw Damaged();
        }

        return new Block(order.UInt32(head), block[8..^4], order.BigEndian);
    }

    private static bool IsBigEndian(ReadOnlySpan<byte> magic) =>
        BinaryPrimitives.ReadUInt32BigEndian(magic) == ByteOrderMagic
        || (BinaryPrimitives.ReadUInt32LittleEndian(magic) == ByteOrderMagic ? false : throw Damaged());

    private static InvalidDataException Damaged() =>
        new("The pcapng capture is cut off or its block lengths contradict each other: capture or copy it again.");

    private sealed record Block(uint Type, byte[] Body, bool BigEndian)
    {
        internal ReadOnlySpan<byte> Field(int offset, int length) =>
            offset + length <= Body.Length ? Body.AsSpan(offset, length) : throw Damaged();
    }

    private sealed class Section(bool bigEndian)
    {
        internal bool BigEndian => bigEndian;

        internal List<int> Interfaces { get; } = [];

        internal ushort UInt16(ReadOnlySpan<byte> bytes) =>
            bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

        internal uint UInt32(ReadOnlySpan<byte> bytes) =>
            bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
