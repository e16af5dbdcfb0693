using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Rewriting;

/// <summary>Places one MP_PRIO (RFC 8684, section 3.3.8) and a NOP without moving the TCP header.</summary>
internal static class PrioEdit
{
    private const byte Nop = (byte)TcpOptionKind.NoOperation;
    private const int MaxOptions = 40;
    private const int Freed = 4;

    internal static RewriteOutcome Place(FrameEdit edit, bool backup, out PrioPlacement? placement)
    {
        placement = null;
        PacketTypes types = edit.Packet.Types;
        if ((types & (PacketTypes.Syn | PacketTypes.SynAck | PacketTypes.Fin | PacketTypes.Rst)) != 0)
        {
            return RewriteOutcome.Handshake;
        }

        // Without a DSS the receiver may not hold the subflow for an established one.
        if (!types.HasFlag(PacketTypes.Dss) || types.HasFlag(PacketTypes.MpPrio))
        {
            return RewriteOutcome.NotApplicable;
        }

        byte[] prio = [.. MptcpOptions.MpPrio(backup).Bytes.Span, Nop];
        placement = Shrink(edit, prio) ? PrioPlacement.ShrinkDataAck
            : !types.HasFlag(PacketTypes.PureAck) ? null
            : OverwriteTimestamps(edit, prio) ? PrioPlacement.OverwriteTimestamps
            : Append(edit, prio) ? PrioPlacement.Append
            : null;
        return placement is null ? RewriteOutcome.NoRoom : RewriteOutcome.Done;
    }

    private static bool Shrink(FrameEdit edit, byte[] prio)
    {
        const DssFlags Wide = DssFlags.DataAck | DssFlags.DataAck8;
        ReadOnlySpan<byte> dss = edit.Packet.Option(edit.Bytes, MptcpSubtype.Dss);
        if (((DssFlags)dss[3] & Wide) != Wide)
        {
            return false;
        }

        byte[] shrunk =
        [
            dss[0],
            (byte)(dss.Length - Freed),
            dss[2],
            (byte)((DssFlags)dss[3] & ~DssFlags.DataAck8),
            .. dss[(4 + Freed)..],
            .. prio,
        ];
        edit.WriteOptions(edit.Packet.SubtypeOffset(MptcpSubtype.Dss)!.Value, shrunk);
        return true;
    }

    private static bool OverwriteTimestamps(FrameEdit edit, byte[] prio)
    {
        if (FindPaddedTimestamps(edit.Options) is not int offset)
        {
            return false;
        }

        byte[] padded = new byte[12];
        padded.AsSpan().Fill(Nop);
        prio.CopyTo(padded, 0);
        edit.WriteOptions(offset, padded);
        return true;
    }

    private static bool Append(FrameEdit edit, byte[] prio)
    {
        ParsedPacket packet = edit.Packet;

        // Bytes after an EOL are not read, and trailing link padding would become part of the packet.
        if (packet.OptionsLength + Freed > MaxOptions || packet.OptionsUsed != packet.OptionsLength || packet.End != packet.Length)
        {
            return false;
        }

        edit.AppendOptions(prio);
        return true;
    }

    // Walked, not looked for behind the timestamps: the two bytes before may be the end of another option.
    private static int? FindPaddedTimestamps(ReadOnlySpan<byte> options)
    {
        int offset = 0, nops = 0;
        while (offset < options.Length && options[offset] != (byte)TcpOptionKind.EndOfList)
        {
            if (options[offset] == Nop)
            {
                nops++;
                offset++;
                continue;
            }

            if (options[offset] == (byte)TcpOptionKind.Timestamps && options[offset + 1] == 10 && nops >= 2)
            {
                return offset - 2;
            }

            nops = 0;
            offset += options[offset + 1];
        }

        return null;
    }
}
