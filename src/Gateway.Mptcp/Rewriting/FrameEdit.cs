using System.Buffers.Binary;

using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Rewriting;

/// <summary>A frame being edited: every write keeps the TCP checksum field what it was, complete or partial.</summary>
internal sealed class FrameEdit
{
    private readonly ChecksumState _state;
    private byte[] _frame;

    internal FrameEdit(ReadOnlySpan<byte> frame, ParsedPacket packet, ChecksumState state)
    {
        _frame = frame.ToArray();
        Packet = packet;
        _state = state;
    }

    internal ParsedPacket Packet { get; }

    internal ReadOnlySpan<byte> Bytes => _frame;

    internal ReadOnlySpan<byte> Options => _frame.AsSpan(Packet.OptionsOffset, Packet.OptionsLength);

    private Span<byte> ChecksumField => _frame.AsSpan(Packet.TransportOffset + TcpHeader.Checksum, 2);

    /// <summary>Overwrites covered bytes at an offset from the start of the TCP header.</summary>
    internal void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = _frame.AsSpan(Packet.TransportOffset + offset, bytes.Length);
        Cover(target, bytes, offset);
        bytes.CopyTo(target);
    }

    /// <summary>Overwrites option bytes at an offset from the first one.</summary>
    internal void WriteOptions(int offset, ReadOnlySpan<byte> bytes) => Write(TcpHeader.Length + offset, bytes);

    /// <summary>Appends option bytes, a multiple of 4, to a packet without payload or trailing bytes.</summary>
    internal void AppendOptions(ReadOnlySpan<byte> bytes)
    {
        int header = TcpHeader.Length + Packet.OptionsLength;
        byte word = (byte)(((header + bytes.Length) / 4 << 4) | (_frame[Packet.TransportOffset + TcpHeader.DataOffset] & 0xf));
        Write(TcpHeader.DataOffset, [word]);
        Cover([], bytes, header);
        Lengthen(header, bytes.Length);
        _frame = [.. _frame, .. bytes];
    }

    private void Cover(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int offset)
    {
        if (_state == ChecksumState.Complete)
        {
            ushort field = BinaryPrimitives.ReadUInt16BigEndian(ChecksumField);
            BinaryPrimitives.WriteUInt16BigEndian(ChecksumField, IncrementalChecksum.Replace(field, before, after, offset));
        }
    }

    // The segment's length is in the pseudo-header, and the IP length under IPv4's own checksum.
    private void Lengthen(int segment, int bytes)
    {
        ushort field = BinaryPrimitives.ReadUInt16BigEndian(ChecksumField);
        BinaryPrimitives.WriteUInt16BigEndian(ChecksumField, _state == ChecksumState.Complete
            ? IncrementalChecksum.Replace(field, (ushort)segment, (ushort)(segment + bytes))
            : InternetChecksum.Fold((uint)field + (uint)bytes));

        Span<byte> ip = _frame.AsSpan(Packet.NetworkOffset);
        Span<byte> length = ip[(Packet.Family == 4 ? IpHeader.Ipv4TotalLength : IpHeader.Ipv6PayloadLength)..];
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(length);
        ushort after = (ushort)(before + bytes);
        BinaryPrimitives.WriteUInt16BigEndian(length, after);
        if (Packet.Family == 4)
        {
            Span<byte> checksum = ip[IpHeader.Ipv4Checksum..];
            ushort old = BinaryPrimitives.ReadUInt16BigEndian(checksum);
            BinaryPrimitives.WriteUInt16BigEndian(checksum, IncrementalChecksum.Replace(old, before, after));
        }
    }
}
