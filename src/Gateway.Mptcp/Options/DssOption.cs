using System.Buffers.Binary;

namespace Gateway.Mptcp.Options;

/// <summary>A data sequence signal, read from its bytes (RFC 8684, section 3.3).</summary>
/// <param name="Flags">What it holds.</param>
/// <param name="DataAck">Data acknowledgment, its low 32 bits when sent as 4 octets, null without one.</param>
/// <param name="DataSequence">Data sequence number, its low 32 bits when sent as 4 octets, null without a mapping.</param>
/// <param name="SubflowSequence">Relative subflow sequence number of the mapping.</param>
/// <param name="DataLength">Data-level length of the mapping in bytes, a DATA_FIN counted.</param>
/// <param name="Checksum">DSS checksum, null when not in use.</param>
public readonly record struct DssOption(
    DssFlags Flags, ulong? DataAck, ulong? DataSequence, uint SubflowSequence, ushort DataLength, ushort? Checksum)
{
    private const int ChecksumLength = 2;

    /// <summary>Bytes that a DSS with these flags must have, without its checksum.</summary>
    /// <param name="flags">Fourth octet of the option.</param>
    public static int LengthWithoutChecksum(DssFlags flags)
    {
        int length = 4 + DataAckLength(flags);
        return flags.HasFlag(DssFlags.Mapping) ? length + DataSequenceLength(flags) + 6 : length;
    }

    /// <summary>Reads a DSS; false for another option or a length that its flags do not allow.</summary>
    /// <param name="option">The option from its kind octet on, exactly its length.</param>
    /// <param name="dss">What it holds.</param>
    public static bool TryRead(ReadOnlySpan<byte> option, out DssOption dss)
    {
        dss = default;
        if (!MptcpOptions.Is(option, MptcpSubtype.Dss) || option.Length < 4)
        {
            return false;
        }

        DssFlags flags = (DssFlags)option[3];
        int expected = LengthWithoutChecksum(flags);
        bool mapping = flags.HasFlag(DssFlags.Mapping);
        bool summed = mapping && option.Length == expected + ChecksumLength;
        if (option.Length != expected && !summed)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = option[4..];
        ulong? dataAck = flags.HasFlag(DssFlags.DataAck) ? Take(ref rest, DataAckLength(flags)) : null;
        if (!mapping)
        {
            dss = new DssOption(flags, dataAck, null, 0, 0, null);
            return true;
        }

        ulong sequence = Take(ref rest, DataSequenceLength(flags));
        uint subflow = (uint)Take(ref rest, 4);
        ushort length = (ushort)Take(ref rest, 2);
        dss = new DssOption(flags, dataAck, sequence, subflow, length, summed ? (ushort)Take(ref rest, 2) : null);
        return true;
    }

    private static int DataAckLength(DssFlags flags) =>
        !flags.HasFlag(DssFlags.DataAck) ? 0 : flags.HasFlag(DssFlags.DataAck8) ? 8 : 4;

    private static int DataSequenceLength(DssFlags flags) => flags.HasFlag(DssFlags.DataSequence8) ? 8 : 4;

    private static ulong Take(ref ReadOnlySpan<byte> rest, int length)
    {
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        rest[..length].CopyTo(wide[(8 - length)..]);
        rest = rest[length..];
        return BinaryPrimitives.ReadUInt64BigEndian(wide);
    }
}
