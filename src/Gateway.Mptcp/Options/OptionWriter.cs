using System.Buffers.Binary;

namespace Gateway.Mptcp.Options;

/// <summary>Lays out one option: kind, a length filled in at the end, then big-endian fields.</summary>
internal sealed class OptionWriter
{
    private readonly List<byte> _bytes = [];

    internal OptionWriter(TcpOptionKind kind) => _bytes.AddRange([(byte)kind, 0]);

    /// <summary>Begins an MPTCP option; the low nibble shares an octet with the subtype.</summary>
    internal OptionWriter(MptcpSubtype subtype, int nibble)
        : this(TcpOptionKind.Mptcp) => Octet((byte)(((int)subtype << 4) | (nibble & 0xf)));

    internal OptionWriter Octet(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    internal OptionWriter UInt16(ushort value)
    {
        Span<byte> wire = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(wire, value);
        return Append(wire);
    }

    internal OptionWriter UInt32(uint value)
    {
        Span<byte> wire = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(wire, value);
        return Append(wire);
    }

    internal OptionWriter UInt64(ulong value)
    {
        Span<byte> wire = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wire, value);
        return Append(wire);
    }

    internal OptionWriter Append(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    internal TcpOption Finish()
    {
        _bytes[1] = checked((byte)_bytes.Count);
        return TcpOption.Raw([.. _bytes]);
    }
}
