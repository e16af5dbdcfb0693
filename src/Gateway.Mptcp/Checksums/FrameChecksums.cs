using System.Buffers.Binary;

using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Checksums;

/// <summary>Checksums of a whole frame, recomputed from every covered byte; shares no code with incremental updates.</summary>
/// <param name="Ipv4Header">Of the IPv4 header.</param>
/// <param name="Tcp">Of the TCP segment with its pseudo-header.</param>
public readonly record struct FrameChecksums(ChecksumVerdict Ipv4Header, ChecksumVerdict Tcp)
{
    /// <summary>Recomputes both checksums of a TCP frame.</summary>
    /// <param name="frame">A whole frame from its Ethernet header on; a captured part of one gives <see cref="ChecksumVerdict.Unverifiable"/>.</param>
    /// <param name="frameLength">Bytes of the whole frame when <paramref name="frame"/> is only its first part.</param>
    public static FrameChecksums Verify(ReadOnlySpan<byte> frame, int? frameLength = null)
    {
        ParseOutcome outcome = PacketParser.Parse(frame, frameLength ?? frame.Length, out ParsedPacket packet);
        if (outcome == ParseOutcome.SourceRouted)
        {
            return new FrameChecksums(ChecksumVerdict.Absent, ChecksumVerdict.Unverifiable);
        }

        if (outcome is not (ParseOutcome.None or ParseOutcome.MalformedOptions or ParseOutcome.DuplicateOption))
        {
            return default;
        }

        ReadOnlySpan<byte> ip = frame[packet.NetworkOffset..packet.TransportOffset];
        ChecksumVerdict header = packet.Family == 6
            ? ChecksumVerdict.Absent
            : InternetChecksum.Fold(InternetChecksum.Sum(ip)) == 0xffff ? ChecksumVerdict.Valid : ChecksumVerdict.Invalid;
        return new FrameChecksums(header, VerifyTcp(frame, packet, ip));
    }

    private static ChecksumVerdict VerifyTcp(ReadOnlySpan<byte> frame, ParsedPacket packet, ReadOnlySpan<byte> ip)
    {
        if (packet.End > frame.Length || IsSourceRouted(ip, packet.Family))
        {
            return ChecksumVerdict.Unverifiable;
        }

        ReadOnlySpan<byte> segment = frame[packet.TransportOffset..packet.End];
        ulong pseudo = PseudoHeader.Sum(packet.Source, packet.Destination, IpProtocol.Tcp, segment.Length);
        if (InternetChecksum.Fold(InternetChecksum.Sum(segment, pseudo)) == 0xffff)
        {
            return ChecksumVerdict.Valid;
        }

        ushort field = BinaryPrimitives.ReadUInt16BigEndian(segment[TcpHeader.Checksum..]);
        return field == InternetChecksum.Fold(pseudo) ? ChecksumVerdict.Partial : ChecksumVerdict.Invalid;
    }

    // The pseudo-header has the final destination (RFC 1122, section 3.2.1.8).
    private static bool IsSourceRouted(ReadOnlySpan<byte> ip, int family) =>
        family == 4 && HasSourceRoute(ip[IpHeader.Ipv4Length..]);

    private static bool HasSourceRoute(ReadOnlySpan<byte> options)
    {
        const byte EndOfList = 0, NoOperation = 1, LooseSourceRoute = 0x83, StrictSourceRoute = 0x89;
        while (!options.IsEmpty && options[0] != EndOfList)
        {
            if (options[0] is LooseSourceRoute or StrictSourceRoute)
            {
                return true;
            }

            int size = options[0] == NoOperation ? 1 : options.Length >= 2 ? Math.Max(2, (int)options[1]) : options.Length;
            options = options[Math.Min(size, options.Length)..];
        }

        return false;
    }
}
