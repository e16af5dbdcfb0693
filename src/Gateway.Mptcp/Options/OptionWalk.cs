using System.Buffers.Binary;

using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Options;

/// <summary>One walk over the option bytes (RFC 9293, section 3.1), with the outcomes of <c>gw_walk_options</c>.</summary>
internal static class OptionWalk
{
    private const int TimestampsLength = 10;
    private const int WindowScaleLength = 3;
    private const int MaximumSegmentSizeLength = 4;
    private const int MaxWindowScale = 14;

    internal static ParseOutcome Run(ReadOnlySpan<byte> options, ParsedPacket packet)
    {
        int offset = 0;
        while (offset < options.Length)
        {
            ReadOnlySpan<byte> rest = options[offset..];
            if (rest[0] == (byte)TcpOptionKind.EndOfList)
            {
                break;
            }

            if (rest[0] == (byte)TcpOptionKind.NoOperation)
            {
                offset++;
                continue;
            }

            if (rest.Length < 2 || rest[1] < 2 || rest[1] > rest.Length)
            {
                return ParseOutcome.MalformedOptions;
            }

            ReadOnlySpan<byte> option = rest[..rest[1]];
            ParseOutcome outcome = Read(option, offset, packet);
            if (outcome != ParseOutcome.None)
            {
                return outcome;
            }

            offset += option.Length;
        }

        packet.OptionsUsed = offset;
        if (!packet.Types.HasFlag(PacketTypes.Mptcp))
        {
            packet.Types |= PacketTypes.PlainTcp;
        }
        else if (packet.Types.HasFlag(PacketTypes.PureAck) && (packet.Types & (PacketTypes.MpCapable | PacketTypes.MpJoin)) != 0)
        {
            packet.Types |= PacketTypes.ThirdAck;
        }

        return ParseOutcome.None;
    }

    private static ParseOutcome Read(ReadOnlySpan<byte> option, int offset, ParsedPacket packet)
    {
        switch ((TcpOptionKind)option[0], option.Length)
        {
            case (TcpOptionKind.Mptcp, _):
                return ReadMptcp(option, offset, packet);
            case (TcpOptionKind.Timestamps, TimestampsLength):
                packet.TimestampOffset = offset;
                packet.TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(option[2..]);
                packet.TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(option[6..]);
                break;
            case (TcpOptionKind.WindowScale, WindowScaleLength):
                packet.WindowScale = Math.Min((int)option[2], MaxWindowScale);
                break;
            case (TcpOptionKind.MaximumSegmentSize, MaximumSegmentSizeLength):
                packet.MaximumSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(option[2..]);
                break;
        }

        return ParseOutcome.None;
    }

    private static ParseOutcome ReadMptcp(ReadOnlySpan<byte> option, int offset, ParsedPacket packet)
    {
        if (option.Length < 3)
        {
            return ParseOutcome.MalformedOptions;
        }

        int subtype = option[2] >> 4;
        if (!packet.TryAddSubtype(subtype, offset))
        {
            return ParseOutcome.DuplicateOption;
        }

        if ((MptcpSubtype)subtype == MptcpSubtype.Dss)
        {
            if (option.Length < 4 || option.Length < DssOption.LengthWithoutChecksum((DssFlags)option[3]))
            {
                return ParseOutcome.MalformedOptions;
            }

            if (((DssFlags)option[3]).HasFlag(DssFlags.DataAck))
            {
                packet.Types |= PacketTypes.DataAck;
            }
        }

        packet.Types |= TypesOf((MptcpSubtype)subtype, option, packet) | PacketTypes.Mptcp;
        return ParseOutcome.None;
    }

    private static PacketTypes TypesOf(MptcpSubtype subtype, ReadOnlySpan<byte> option, ParsedPacket packet) => subtype switch
    {
        MptcpSubtype.MpCapable => PacketTypes.MpCapable,
        MptcpSubtype.MpJoin => PacketTypes.MpJoin,
        MptcpSubtype.Dss => PacketTypes.Dss,
        MptcpSubtype.AddAddr => AddAddrTypes(option, packet),
        MptcpSubtype.RemoveAddr => PacketTypes.RemoveAddr,
        MptcpSubtype.MpPrio => PacketTypes.MpPrio,
        MptcpSubtype.MpFail => PacketTypes.MpFail,
        MptcpSubtype.MpFastclose => PacketTypes.MpFastclose,
        MptcpSubtype.MpTcprst => PacketTypes.MpTcprst,
        _ => PacketTypes.None,
    };

    // The low nibble is flags in v1 and the IP version in v0; lengths tell them apart.
    private static PacketTypes AddAddrTypes(ReadOnlySpan<byte> option, ParsedPacket packet)
    {
        int nibble = option[2] & 0xf;
        bool isIPv4 = option.Length is 8 or 10 or 16 or 18;
        packet.IsAddAddrV0 = option.Length is <= 10 or 20 or 22 && nibble is 4 or 6;
        if (!packet.IsAddAddrV0 && (nibble & AddAddrOption.EchoFlag) != 0)
        {
            return PacketTypes.AddAddrEcho | (isIPv4 ? PacketTypes.AddAddr4Echo : PacketTypes.AddAddr6Echo);
        }

        return isIPv4 ? PacketTypes.AddAddr4 : PacketTypes.AddAddr6;
    }
}
