using System.Buffers.Binary;

namespace Gateway.Mptcp.Checksums;

/// <summary>The Internet checksum (RFC 1071): ones' complement sum of big-endian 16-bit words.</summary>
public static class InternetChecksum
{
    /// <summary>Adds bytes to a running sum; an odd last byte is padded with zero, so only the last call may have one.</summary>
    /// <param name="bytes">Bytes beginning at an even offset.</param>
    /// <param name="sum">Running sum, any width.</param>
    public static ulong Sum(ReadOnlySpan<byte> bytes, ulong sum = 0)
    {
        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>Folds a running sum to 16 bits, end-around carries added; not complemented.</summary>
    /// <param name="sum">Running sum.</param>
    public static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>The field's value: the folded sum's complement.</summary>
    /// <param name="sum">Running sum over the covered bytes, the field itself as zero.</param>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);
}
