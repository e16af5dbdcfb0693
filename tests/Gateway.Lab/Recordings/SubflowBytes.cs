using System.Buffers.Binary;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;

namespace Gateway.Lab;

/// <summary>What one end of a subflow sent: its bytes, and the mappings that lay claim to them (RFC 8684, section 3.3).</summary>
/// <param name="initialSequence">Sequence number of its SYN.</param>
internal sealed class SubflowBytes(uint initialSequence)
{
    /// <summary>Data sequence number, subflow sequence number and data-level length, as the checksum takes them.</summary>
    private const int PseudoHeader = 14;

    private readonly Dictionary<DssOption, string> _mappings = [];
    private byte[] _bytes = new byte[1 << 20];
    private byte[] _known = new byte[1 << 20];

    internal uint InitialSequence => initialSequence;

    /// <summary>Takes the payload of a segment. Returns whether bytes that were there before are the same.</summary>
    internal bool Add(uint sequence, ReadOnlySpan<byte> payload)
    {
        uint start = sequence - initialSequence - 1;
        if (payload.IsEmpty || start > int.MaxValue - payload.Length)
        {
            return true;
        }

        int length = (int)start + payload.Length;
        if (length > _bytes.Length)
        {
            int larger = (int)Math.Min(Math.Max(_bytes.Length * 2L, length), Array.MaxLength);
            Array.Resize(ref _bytes, larger);
            Array.Resize(ref _known, larger);
        }

        Span<byte> bytes = _bytes.AsSpan((int)start, payload.Length), known = _known.AsSpan((int)start, payload.Length);
        bool same = true;
        if (known.ContainsAnyExcept((byte)0))
        {
            for (int i = 0; i < known.Length; i++)
            {
                same &= known[i] == 0 || bytes[i] == payload[i];
            }
        }

        payload.CopyTo(bytes);
        known.Fill(1);
        return same;
    }

    /// <summary>Takes a mapping, of all segments that repeat it the first.</summary>
    internal void Add(DssOption mapping, string where) => _mappings.TryAdd(mapping, where);

    /// <summary>Each mapping with whether its checksum fits; null where bytes are missing.</summary>
    internal IEnumerable<(DssOption Mapping, string Where, bool? Fits)> Verify() => _mappings.Select(m => (m.Key, m.Value, Fits(m.Key)));

    private bool? Fits(DssOption mapping)
    {
        // A DATA_FIN takes a number and no byte.
        int length = mapping.DataLength - (mapping.Flags.HasFlag(DssFlags.DataFin) ? 1 : 0);
        long start = (long)mapping.SubflowSequence - 1;
        if (!mapping.Flags.HasFlag(DssFlags.DataSequence8) || start + length > _bytes.Length || _known.AsSpan((int)start, length).Contains((byte)0))
        {
            return null;
        }

        Span<byte> header = stackalloc byte[PseudoHeader];
        BinaryPrimitives.WriteUInt64BigEndian(header, mapping.DataSequence!.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], mapping.SubflowSequence);
        BinaryPrimitives.WriteUInt16BigEndian(header[12..], mapping.DataLength);
        ulong sum = InternetChecksum.Sum(_bytes.AsSpan((int)start, length), InternetChecksum.Sum(header) + mapping.Checksum!.Value);
        return InternetChecksum.Fold(sum) == ushort.MaxValue;
    }
}
