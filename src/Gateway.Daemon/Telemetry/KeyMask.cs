using System.Buffers.Binary;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Daemon.Telemetry;

/// <summary>
/// Takes the keys out of headers that leave the daemon: those of MP_CAPABLE and MP_FASTCLOSE (RFC 8684, sections 3.1 and
/// 3.5) become zero.
/// </summary>
internal static class KeyMask
{
    private const int ChecksumOffset = 16;
    private const int KeysOffset = 4;
    private const int KeyLength = 8;

    /// <summary>Masks the keys in place. The checksum follows, so that it tells nothing of them and stays as right or wrong as it was.</summary>
    /// <param name="headers">From the Ethernet header to the end of the TCP options. What is no such frame is emptied.</param>
    /// <param name="frameLength">Bytes of the whole frame.</param>
    public static void Apply(Span<byte> headers, int frameLength)
    {
        if (PacketParser.Parse(headers, Math.Max(frameLength, headers.Length), out ParsedPacket packet) != ParseOutcome.None)
        {
            headers.Clear();
            return;
        }

        // A data length may stand behind the keys of MP_CAPABLE.
        Mask(headers, packet, MptcpSubtype.MpCapable, 2 * KeyLength);
        Mask(headers, packet, MptcpSubtype.MpFastclose, KeyLength);
    }

    private static void Mask(Span<byte> headers, ParsedPacket packet, MptcpSubtype subtype, int length)
    {
        if (packet.SubtypeOffset(subtype) is not int offset)
        {
            return;
        }

        int start = packet.OptionsOffset + offset + KeysOffset;
        int end = Math.Min(packet.OptionsOffset + offset + headers[packet.OptionsOffset + offset + 1], start + length);
        if (end <= start)
        {
            return;
        }

        Span<byte> keys = headers[start..end];
        Span<byte> checksum = headers[(packet.TransportOffset + ChecksumOffset)..];
        ushort masked = IncrementalChecksum.Replace(
            BinaryPrimitives.ReadUInt16BigEndian(checksum), keys, stackalloc byte[keys.Length], start - packet.TransportOffset);
        keys.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(checksum, masked);
    }
}
