using System.Buffers.Binary;
using System.Net;

namespace Gateway.Mptcp.Packets;

/// <summary>Layouts of the IP headers (RFC 791, RFC 8200) and their parsers.</summary>
internal static class IpHeader
{
    internal const int Ipv4Length = 20;
    internal const int Ipv6Length = 40;
    internal const int Ipv4TotalLength = 2;
    internal const int Ipv4Checksum = 10;
    internal const int Ipv6PayloadLength = 4;

    /// <summary>Extension headers walked before giving up (<c>GW_MAX_EXTENSION_HEADERS</c>).</summary>
    internal const int MaxExtensionHeaders = 6;

    /// <summary>The TCP header must begin at or before this offset, which the programs' bounds can express.</summary>
    internal const int LastTransportOffset = 0x1ff - TcpHeader.Length;

    internal static ParseOutcome ParseIpv4(ReadOnlySpan<byte> linear, ParsedPacket packet)
    {
        int l3 = packet.NetworkOffset;
        if (l3 + Ipv4Length > linear.Length)
        {
            return PacketParser.Short(packet, l3 + Ipv4Length);
        }

        ReadOnlySpan<byte> ip = linear[l3..];
        int header = (ip[0] & 0xf) * 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(ip[Ipv4TotalLength..]);
        if (ip[0] >> 4 != 4 || header < Ipv4Length || length < header)
        {
            return ParseOutcome.BadIpHeader;
        }

        // MF or an offset: only whole datagrams have ports that can be trusted.
        if ((BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3fff) != 0)
        {
            return ParseOutcome.Fragment;
        }

        if (ip[9] != (byte)IpProtocol.Tcp)
        {
            return ParseOutcome.NotTcp;
        }

        if (l3 + length > packet.Length)
        {
            return ParseOutcome.Truncated;
        }

        packet.Family = 4;
        packet.Source = new IPAddress(ip.Slice(12, 4));
        packet.Destination = new IPAddress(ip.Slice(16, 4));
        packet.TransportOffset = l3 + header;
        packet.End = l3 + length;
        return ParseOutcome.None;
    }

    internal static ParseOutcome ParseIpv6(ReadOnlySpan<byte> linear, ParsedPacket packet)
    {
        int l3 = packet.NetworkOffset;
        if (l3 + Ipv6Length > linear.Length)
        {
            return PacketParser.Short(packet, l3 + Ipv6Length);
        }

        ReadOnlySpan<byte> ip = linear[l3..];
        if (ip[0] >> 4 != 6)
        {
            return ParseOutcome.BadIpHeader;
        }

        packet.Family = 6;
        packet.Source = new IPAddress(ip.Slice(8, 16));
        packet.Destination = new IPAddress(ip.Slice(24, 16));
        packet.End = l3 + Ipv6Length + BinaryPrimitives.ReadUInt16BigEndian(ip[Ipv6PayloadLength..]);
        return SkipExtensionHeaders(linear, packet, (IpProtocol)ip[6]);
    }

    private static ParseOutcome SkipExtensionHeaders(ReadOnlySpan<byte> linear, ParsedPacket packet, IpProtocol next)
    {
        int offset = packet.NetworkOffset + Ipv6Length;
        for (int i = 0; i <= MaxExtensionHeaders; i++)
        {
            switch (next)
            {
                case IpProtocol.Tcp when packet.End > packet.Length:
                    return ParseOutcome.Truncated;
                case IpProtocol.Tcp:
                    packet.TransportOffset = offset;
                    return ParseOutcome.None;
                case IpProtocol.Fragment:
                    return ParseOutcome.Fragment;
                case IpProtocol.Authentication:
                    return ParseOutcome.Authenticated;
                case IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions:
                    break;
                default:
                    return ParseOutcome.NotTcp;
            }

            if (offset + 8 > packet.End)
            {
                return ParseOutcome.BadIpHeader;
            }

            if (offset + 4 > linear.Length)
            {
                return PacketParser.Short(packet, offset + 8);
            }

            // RFC 8200, section 4.4: with segments left the destination, and so the pseudo-header, is another.
            if (next == IpProtocol.Routing && linear[offset + 3] != 0)
            {
                return ParseOutcome.SourceRouted;
            }

            next = (IpProtocol)linear[offset];
            offset += (linear[offset + 1] + 1) * 8;
            if (offset > LastTransportOffset)
            {
                return ParseOutcome.ExtensionHeaders;
            }
        }

        return ParseOutcome.ExtensionHeaders;
    }
}
