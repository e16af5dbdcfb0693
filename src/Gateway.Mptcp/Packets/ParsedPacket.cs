using System.Net;

using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Packets;

/// <summary>
/// A packet as the parser leaves it: the fields of <c>struct gw_packet</c> (packet.h), in host order. All of
/// it is valid when the outcome is <see cref="ParseOutcome.None"/>; addresses, ports, offsets and lengths also
/// are when it is <see cref="ParseOutcome.MalformedOptions"/> or <see cref="ParseOutcome.DuplicateOption"/>.
/// </summary>
public sealed class ParsedPacket
{
    private readonly byte[] _subtypes = new byte[16];

    /// <summary>Source address of the IP header.</summary>
    public IPAddress Source { get; internal set; } = IPAddress.None;

    /// <summary>Destination address of the IP header.</summary>
    public IPAddress Destination { get; internal set; } = IPAddress.None;

    /// <summary>TCP source port.</summary>
    public ushort SourcePort { get; internal set; }

    /// <summary>TCP destination port.</summary>
    public ushort DestinationPort { get; internal set; }

    /// <summary>Identifier of the outer VLAN tag, 0 without a tag.</summary>
    public ushort Vlan { get; internal set; }

    /// <summary>Offset of the IP header from the start of the frame.</summary>
    public int NetworkOffset { get; internal set; }

    /// <summary>Offset of the TCP header from the start of the frame.</summary>
    public int TransportOffset { get; internal set; }

    /// <summary>Offset just past the IP packet; bytes beyond it are link padding.</summary>
    public int End { get; internal set; }

    /// <summary>Bytes of the whole frame, in the first buffer or not.</summary>
    public int Length { get; internal set; }

    /// <summary>Bytes of TCP payload.</summary>
    public int PayloadLength { get; internal set; }

    /// <summary>Bytes of TCP options, 0..40.</summary>
    public int OptionsLength { get; internal set; }

    /// <summary>Bytes of options before the end of the list: where EOL stands, or <see cref="OptionsLength"/>.</summary>
    public int OptionsUsed { get; internal set; }

    /// <summary>IP version, 4 or 6.</summary>
    public int Family { get; internal set; }

    /// <summary>TCP flags.</summary>
    public TcpFlags Flags { get; internal set; }

    /// <summary>Sequence number.</summary>
    public uint SequenceNumber { get; internal set; }

    /// <summary>Acknowledgment number.</summary>
    public uint AcknowledgmentNumber { get; internal set; }

    /// <summary>Window field, unscaled.</summary>
    public ushort Window { get; internal set; }

    /// <summary>TSval of the last timestamps option of length 10, 0 without one.</summary>
    public uint TimestampValue { get; internal set; }

    /// <summary>TSecr of the last timestamps option of length 10, 0 without one.</summary>
    public uint TimestampEcho { get; internal set; }

    /// <summary>Offset of the timestamps option within the options, null without one.</summary>
    public int? TimestampOffset { get; internal set; }

    /// <summary>Window scale shift, capped to 14 (RFC 7323, section 2.3), null when not offered.</summary>
    public int? WindowScale { get; internal set; }

    /// <summary>Maximum segment size, 0 when not offered.</summary>
    public ushort MaximumSegmentSize { get; internal set; }

    /// <summary>The ADD_ADDR present is of RFC 6824: no HMAC, IP version in the low nibble of its third octet.</summary>
    public bool IsAddAddrV0 { get; internal set; }

    /// <summary>What the packet is and carries.</summary>
    public PacketTypes Types { get; internal set; }

    /// <summary>Offset of the first option byte from the start of the frame.</summary>
    public int OptionsOffset => TransportOffset + TcpHeader.Length;

    /// <summary>Offset of the payload from the start of the frame.</summary>
    public int PayloadOffset => OptionsOffset + OptionsLength;

    /// <summary>Offset of an MPTCP option within the options, null when absent.</summary>
    /// <param name="subtype">Its subtype, 0..15, also those without a name.</param>
    public int? SubtypeOffset(MptcpSubtype subtype)
    {
        int stored = _subtypes[(int)subtype & 0xf];
        return stored == 0 ? null : stored - 1;
    }

    /// <summary>The bytes of an MPTCP option in a frame, empty when the packet does not carry it.</summary>
    /// <param name="frame">The frame this packet was parsed from.</param>
    /// <param name="subtype">Its subtype, 0..15.</param>
    public ReadOnlySpan<byte> Option(ReadOnlySpan<byte> frame, MptcpSubtype subtype)
    {
        if (SubtypeOffset(subtype) is not int offset)
        {
            return [];
        }

        int start = OptionsOffset + offset;
        return frame.Slice(start, frame[start + 1]);
    }

    /// <summary>Remembers where a subtype stands; false when it was there already.</summary>
    internal bool TryAddSubtype(int subtype, int offset)
    {
        if (_subtypes[subtype] != 0)
        {
            return false;
        }

        _subtypes[subtype] = (byte)(offset + 1);
        return true;
    }
}
