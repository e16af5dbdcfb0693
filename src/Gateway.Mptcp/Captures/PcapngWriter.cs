using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gateway.Mptcp.Captures;

/// <summary>
/// Writes a pcapng capture of Ethernet frames (draft-ietf-opsawg-pcapng), little-endian, with nanoseconds and a comment for
/// each packet.
/// </summary>
public sealed class PcapngWriter
{
    private const uint SectionHeader = 0x0a0d0d0a;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1a2b3c4d;
    private const ushort Ethernet = 1;

    private const ushort CommentOption = 1;
    private const ushort ApplicationOption = 4;
    private const ushort NameOption = 2;
    private const ushort ResolutionOption = 9;
    private const byte Nanoseconds = 9;

    private readonly Stream _stream;
    private readonly BlockBuffer _block = new();
    private int _interfaces;

    /// <summary>Begins a capture.</summary>
    /// <param name="stream">Stays open.</param>
    /// <param name="application">What made it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public PcapngWriter(Stream stream, string application)
    {
        _stream = stream;
        _block.Begin(SectionHeader);
        _block.UInt32(ByteOrderMagic);
        _block.UInt16(1);
        _block.UInt16(0);
        // The section's length is not known yet.
        _block.UInt32(uint.MaxValue);
        _block.UInt32(uint.MaxValue);
        _block.Text(ApplicationOption, application);
        End();
    }

    /// <summary>Describes an interface.</summary>
    /// <param name="name">As viewers show it.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public int AddInterface(string name)
    {
        _block.Begin(InterfaceDescription);
        _block.UInt16(Ethernet);
        _block.UInt16(0);
        _block.UInt32(0);
        _block.Text(NameOption, name);
        _block.Option(ResolutionOption, [Nanoseconds]);
        End();
        return _interfaces++;
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="interfaceId">Index of its interface.</param>
    /// <param name="unixNanos">When it passed, nanoseconds since 1970.</param>
    /// <param name="data">Its first bytes.</param>
    /// <param name="originalLength">Bytes of the whole frame.</param>
    /// <param name="comment">As viewers show it with the packet.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(int interfaceId, long unixNanos, ReadOnlySpan<byte> data, int originalLength, string comment)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(interfaceId, _interfaces);
        ArgumentOutOfRangeException.ThrowIfLessThan(originalLength, data.Length);
        _block.Begin(EnhancedPacket);
        _block.UInt32((uint)interfaceId);
        _block.UInt32((uint)(unixNanos >> 32));
        _block.UInt32((uint)unixNanos);
        _block.UInt32((uint)data.Length);
        _block.UInt32((uint)originalLength);
        _block.Padded(data);
        _block.Text(CommentOption, comment);
        End();
    }

    private void End() => _stream.Write(_block.End());

    /// <summary>A block under construction.</summary>
    private sealed class BlockBuffer
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        internal void Begin(uint type)
        {
            _bytes.ResetWrittenCount();
            UInt32(type);
            UInt32(0);
        }

        internal void UInt16(ushort value)
        {
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
            _bytes.Write(bytes);
        }

        internal void UInt32(uint value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            _bytes.Write(bytes);
        }

        /// <summary>Blocks and options are made of 32-bit words.</summary>
        internal void Padded(ReadOnlySpan<byte> data)
        {
            _bytes.Write(data);
            _bytes.Write("\0\0\0"u8[..(-_bytes.WrittenCount & 3)]);
        }

        internal void Text(ushort code, string text) =>
            Option(code, Encoding.UTF8.GetBytes(text.Length > short.MaxValue / 4 ? text[..(short.MaxValue / 4)] : text));

        internal void Option(ushort code, ReadOnlySpan<byte> value)
        {
            UInt16(code);
            UInt16((ushort)value.Length);
            Padded(value);
        }

        internal ReadOnlySpan<byte> End()
        {
            // The end of the options.
            UInt32(0);
            uint length = (uint)_bytes.WrittenCount + 4;
            UInt32(length);
            byte[] block = _bytes.WrittenSpan.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4), length);
            return block;
        }
    }
}
