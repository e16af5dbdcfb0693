using System.Buffers.Binary;

namespace Gateway.Mptcp.Packets;

/// <summary>Layout of the fixed TCP header (RFC 9293, section 3.1) and its parser.</summary>
internal static class TcpHeader
{
    internal const int Length = 20;
    internal const int DataOffset = 12;
    internal const int Window = 14;
    internal const int Checksum = 16;

    private const PacketTypes Control = PacketTypes.Syn | PacketTypes.SynAck | PacketTypes.Fin | PacketTypes.Rst;

    internal static ParseOutcome Parse(ReadOnlySpan<byte> linear, ParsedPacket packet)
    {
        int l4 = packet.TransportOffset;
        if (packet.End < l4 + Length)
        {
            return ParseOutcome.BadTcpHeader;
        }

        if (l4 + Length > linear.Length)
        {
            return PacketParser.Short(packet, l4 + Length);
        }

        ReadOnlySpan<byte> tcp = linear[l4..];
        int header = (tcp[DataOffset] >> 4) * 4;
        if (header < Length || l4 + header > packet.End)
        {
            return ParseOutcome.BadTcpHeader;
        }

        if (l4 + header > linear.Length)
        {
            return PacketParser.Short(packet, l4 + header);
        }

        packet.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(tcp);
        packet.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]);
        packet.SequenceNumber = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        packet.AcknowledgmentNumber = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]);
        packet.Flags = (TcpFlags)tcp[13];
        packet.Window = BinaryPrimitives.ReadUInt16BigEndian(tcp[Window..]);
        packet.OptionsLength = header - Length;
        packet.PayloadLength = packet.End - l4 - header;
        packet.Types |= TypesOf(packet.Flags, packet.PayloadLength);
        return ParseOutcome.None;
    }

    private static PacketTypes TypesOf(TcpFlags flags, int payload)
    {
        PacketTypes types = PacketTypes.None;
        if (flags.HasFlag(TcpFlags.Syn))
        {
            types |= flags.HasFlag(TcpFlags.Ack) ? PacketTypes.SynAck : PacketTypes.Syn;
        }

        if (flags.HasFlag(TcpFlags.Fin))
        {
            types |= PacketTypes.Fin;
        }

        if (flags.HasFlag(TcpFlags.Rst))
        {
            types |= PacketTypes.Rst;
        }

        if (payload > 0)
        {
            types |= PacketTypes.Data;
        }
        else if (flags.HasFlag(TcpFlags.Ack) && (types & Control) == 0)
        {
            types |= PacketTypes.PureAck;
        }

        return types;
    }
}
