using System.Buffers.Binary;

using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Packets;

/// <summary>
/// The managed reference of the packet programs' parser (parse.h): Ethernet, up to two VLAN tags, IPv4 with
/// options, IPv6 with extension headers, TCP, and one walk over the options. What it cannot vouch for it
/// refuses with a reason; it never throws and never reads payload as headers.
/// </summary>
public static class PacketParser
{
    private const int EthernetLength = 14;
    private const int MaxTags = 2;

    /// <summary>Parses a frame that is whole in one buffer.</summary>
    /// <param name="frame">From the Ethernet destination address on.</param>
    /// <param name="packet">What was read, as far as the outcome says.</param>
    public static ParseOutcome Parse(ReadOnlySpan<byte> frame, out ParsedPacket packet) =>
        Parse(frame, frame.Length, null, out packet);

    /// <summary>Parses a frame of which only a first part is at hand: an XDP or socket buffer's linear part, or a capture.</summary>
    /// <param name="linear">The first bytes, from the Ethernet destination address on.</param>
    /// <param name="frameLength">Bytes of the whole frame; at least those of <paramref name="linear"/>.</param>
    /// <param name="packet">What was read, as far as the outcome says.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="frameLength"/> is below the bytes given.</exception>
    public static ParseOutcome Parse(ReadOnlySpan<byte> linear, int frameLength, out ParsedPacket packet) =>
        Parse(linear, frameLength, null, out packet);

    /// <summary>Parses a frame whose outer VLAN tag may be kept beside it, as a socket buffer does.</summary>
    /// <param name="linear">The first bytes, from the Ethernet destination address on.</param>
    /// <param name="frameLength">Bytes of the whole frame; at least those of <paramref name="linear"/>.</param>
    /// <param name="hardwareVlan">Tag control information of the tag beside the frame, null without one.</param>
    /// <param name="packet">What was read, as far as the outcome says.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="frameLength"/> is below the bytes given.</exception>
    public static ParseOutcome Parse(ReadOnlySpan<byte> linear, int frameLength, ushort? hardwareVlan, out ParsedPacket packet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameLength, linear.Length);
        packet = new ParsedPacket { Length = frameLength };
        if (linear.Length < EthernetLength)
        {
            return ParseOutcome.Truncated;
        }

        ParseOutcome outcome = SkipTags(linear, hardwareVlan, packet, out EtherType protocol);
        if (outcome == ParseOutcome.None)
        {
            outcome = protocol switch
            {
                EtherType.Ipv4 => IpHeader.ParseIpv4(linear, packet),
                EtherType.Ipv6 => IpHeader.ParseIpv6(linear, packet),
                _ => ParseOutcome.NotIp,
            };
        }

        if (outcome == ParseOutcome.None)
        {
            outcome = TcpHeader.Parse(linear, packet);
        }

        return outcome == ParseOutcome.None
            ? OptionWalk.Run(linear.Slice(packet.OptionsOffset, packet.OptionsLength), packet)
            : outcome;
    }

    /// <summary>What is missing from the first buffer: the frame's end, or the rest of its headers.</summary>
    internal static ParseOutcome Short(ParsedPacket packet, int needed) =>
        packet.Length < needed ? ParseOutcome.Truncated : ParseOutcome.Nonlinear;

    private static ParseOutcome SkipTags(ReadOnlySpan<byte> linear, ushort? hardwareVlan, ParsedPacket packet, out EtherType protocol)
    {
        int offset = EthernetLength;
        int tags = hardwareVlan is null ? 0 : 1;
        packet.Vlan = (ushort)((hardwareVlan ?? 0) & 0xfff);
        protocol = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(linear[12..]);
        while (protocol is EtherType.Vlan or EtherType.ServiceVlan)
        {
            if (tags == MaxTags)
            {
                return ParseOutcome.VlanDepth;
            }

            if (offset + 4 > linear.Length)
            {
                return Short(packet, offset + 4);
            }

            if (tags == 0)
            {
                packet.Vlan = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(linear[offset..]) & 0xfff);
            }

            protocol = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(linear[(offset + 2)..]);
            offset += 4;
            tags++;
        }

        packet.NetworkOffset = offset;
        return ParseOutcome.None;
    }
}
