using System.Buffers.Binary;

namespace Gateway.Mptcp.Captures;

/// <summary>Reads a capture of the classic pcap format (draft-ietf-opsawg-pcap), of either byte order, with micro- or nanoseconds.</summary>
public static class PcapReader
{
    private const uint Microseconds = 0xa1b2c3d4;
    private const uint Nanoseconds = 0xa1b23c4d;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int MaxFrame = 16 << 20;
    private const int LinkTypeMask = 0x0fffffff;

    /// <summary>Whether a file of this beginning is a classic capture.</summary>
    /// <param name="start">Its first four bytes.</param>
    public static bool Is(ReadOnlySpan<byte> start) =>
        start.Length >= 4
        && (BinaryPrimitives.ReadUInt32LittleEndian(start) is Microseconds or Nanoseconds || BinaryPrimitives.ReadUInt32BigEndian(start) is Microseconds or Nanoseconds);

    /// <summary>Reads the frames of a stream, lazily; the stream stays open. Times are microseconds since 1970.</summary>
    /// <param name="stream">Positioned at the file header.</param>
    /// <exception cref="InvalidDataException">Not pcap, or damaged.</exception>
    public static IEnumerable<CapturedFrame> Read(Stream stream)
    {
        byte[] header = new byte[FileHeader];
        if (stream.ReadAtLeast(header, FileHeader, throwOnEndOfStream: false) < FileHeader || !Is(header))
        {
            throw new InvalidDataException("Not a pcap capture: capture it with tcpdump -w.");
        }

        bool bigEndian = BinaryPrimitives.ReadUInt32BigEndian(header) is Microseconds or Nanoseconds;
        bool nanoseconds = UInt32(header, 0, bigEndian) == Nanoseconds;
        int linkType = (int)UInt32(header, 20, bigEndian) & LinkTypeMask;
        byte[] record = new byte[RecordHeader];
        while (stream.ReadAtLeast(record, RecordHeader, throwOnEndOfStream: false) is int got and > 0)
        {
            uint captured = got == RecordHeader ? UInt32(record, 8, bigEndian) : uint.MaxValue;
            uint original = UInt32(record, 12, bigEndian);
            byte[] data = new byte[captured <= MaxFrame && original <= int.MaxValue ? captured : throw Damaged()];
            if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
            {
                throw Damaged();
            }

            uint fraction = UInt32(record, 4, bigEndian);
            ulong time = ((ulong)UInt32(record, 0, bigEndian) * 1_000_000) + (nanoseconds ? fraction / 1000 : fraction);
            yield return new CapturedFrame(0, linkType, time, data, (int)Math.Max(original, captured));
        }
    }

    private static uint UInt32(byte[] bytes, int offset, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private static InvalidDataException Damaged() => new("The pcap capture is cut off or its lengths are impossible: capture or copy it again.");
}
