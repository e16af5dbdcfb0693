using System.Buffers.Binary;

namespace Gateway.Mptcp.Checksums;

/// <summary>Incremental update of a checksum field (RFC 1624, equation 3: HC' = ~(~HC + ~m + m')).</summary>
public static class IncrementalChecksum
{
    /// <summary>The field after one 16-bit word has changed.</summary>
    /// <param name="checksum">The field before.</param>
    /// <param name="before">The word before.</param>
    /// <param name="after">The word after.</param>
    public static ushort Replace(ushort checksum, ushort before, ushort after) =>
        InternetChecksum.Finish((ulong)(ushort)~checksum + (ushort)~before + after);

    /// <summary>The field after a run of covered bytes has changed in place, or bytes were added at the end.</summary>
    /// <param name="checksum">The field before.</param>
    /// <param name="before">The bytes before.</param>
    /// <param name="after">The bytes after; of another length only where nothing after them is covered or both lengths are even.</param>
    /// <param name="offset">Offset of the run from the start of the covered bytes: an odd one swaps every word's halves.</param>
    public static ushort Replace(ushort checksum, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, int offset)
    {
        ushort old = InternetChecksum.Fold(InternetChecksum.Sum(before));
        ushort now = InternetChecksum.Fold(InternetChecksum.Sum(after));
        return (offset & 1) == 0
            ? Replace(checksum, old, now)
            : Replace(checksum, BinaryPrimitives.ReverseEndianness(old), BinaryPrimitives.ReverseEndianness(now));
    }
}
