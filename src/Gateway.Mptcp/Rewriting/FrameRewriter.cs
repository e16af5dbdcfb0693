using System.Buffers.Binary;

using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Rewriting;

/// <summary>
/// The managed reference of the packet programs' edits: pure functions over a whole frame that keep payload
/// and TCP header position, and update the checksum incrementally. A packet the parser refuses is left alone.
/// </summary>
public static class FrameRewriter
{
    private const byte Nop = (byte)TcpOptionKind.NoOperation;
    // Added, so that hiding a hidden address again does not show it.
    private const byte HmacPoison = 0x5a;

    /// <summary>Replaces the window field, whatever it was.</summary>
    /// <param name="frame">A whole frame from its Ethernet header on.</param>
    /// <param name="window">New field, unscaled.</param>
    /// <param name="checksum">What the TCP checksum field holds.</param>
    public static RewriteResult ReplaceWindow(ReadOnlySpan<byte> frame, ushort window, ChecksumState checksum)
    {
        byte[] field = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(field, window);
        return Rewrite(frame, checksum, edit =>
        {
            edit.Write(TcpHeader.Window, field);
            return RewriteOutcome.Done;
        });
    }

    /// <summary>
    /// Hides an address from the receiver. A v1 ADD_ADDR keeps its place and gets a wrong HMAC; a v0 one, which
    /// has none, is blanked beside a DSS and must be dropped without one, because blanking the only MPTCP option
    /// makes the connection fall back to TCP; with payload it has no room to be hidden.
    /// </summary>
    /// <param name="frame">A whole frame from its Ethernet header on.</param>
    /// <param name="checksum">What the TCP checksum field holds.</param>
    public static RewriteResult HideAddAddr(ReadOnlySpan<byte> frame, ChecksumState checksum) =>
        Rewrite(frame, checksum, HideAddAddr);

    /// <summary>Refuses a join: blanks the MP_JOIN of a SYN, so that its sender resets the subflow and does not retry.</summary>
    /// <param name="frame">A whole frame from its Ethernet header on.</param>
    /// <param name="checksum">What the TCP checksum field holds.</param>
    public static RewriteResult RefuseJoin(ReadOnlySpan<byte> frame, ChecksumState checksum) =>
        Rewrite(frame, checksum, RefuseJoin);

    /// <summary>Says to the receiver that this subflow is, or is no longer, a backup: on packets with a DSS and no MP_PRIO yet; placements as in <see cref="PrioPlacement"/>.</summary>
    /// <param name="frame">A whole frame from its Ethernet header on.</param>
    /// <param name="backup">The B flag.</param>
    /// <param name="checksum">What the TCP checksum field holds.</param>
    public static RewriteResult PlacePrio(ReadOnlySpan<byte> frame, bool backup, ChecksumState checksum)
    {
        PrioPlacement? placement = null;
        RewriteResult result = Rewrite(frame, checksum, edit => PrioEdit.Place(edit, backup, out placement));
        return result with { Placement = placement };
    }

    private static RewriteResult Rewrite(ReadOnlySpan<byte> frame, ChecksumState checksum, Func<FrameEdit, RewriteOutcome> apply)
    {
        ParseOutcome parse = PacketParser.Parse(frame, out ParsedPacket packet);
        FrameEdit edit = new(frame, packet, checksum);
        RewriteOutcome outcome = parse != ParseOutcome.None ? RewriteOutcome.NotParsed
            : checksum == ChecksumState.Unknown ? RewriteOutcome.ChecksumUnknown
            : apply(edit);
        return new RewriteResult(outcome, parse, edit.Bytes.ToArray());
    }

    private static RewriteOutcome HideAddAddr(FrameEdit edit)
    {
        ReadOnlySpan<byte> option = edit.Packet.Option(edit.Bytes, MptcpSubtype.AddAddr);
        if (!AddAddrOption.TryRead(option, out AddAddrOption? addAddr) || addAddr.IsEcho)
        {
            return RewriteOutcome.NotApplicable;
        }

        int offset = edit.Packet.SubtypeOffset(MptcpSubtype.AddAddr)!.Value;
        if (addAddr.Version == MptcpVersion.V1)
        {
            byte[] hmac = option[^AddAddrOption.HmacLength..].ToArray();
            for (int i = 0; i < hmac.Length; i++)
            {
                hmac[i] += HmacPoison;
            }

            edit.WriteOptions(offset + option.Length - hmac.Length, hmac);
            return RewriteOutcome.Done;
        }

        if (!edit.Packet.Types.HasFlag(PacketTypes.Dss))
        {
            return edit.Packet.PayloadLength > 0 ? RewriteOutcome.NoRoom : RewriteOutcome.Drop;
        }

        Blank(edit, offset, option.Length);
        return RewriteOutcome.Done;
    }

    private static RewriteOutcome RefuseJoin(FrameEdit edit)
    {
        if (!edit.Packet.Types.HasFlag(PacketTypes.Syn) || edit.Packet.SubtypeOffset(MptcpSubtype.MpJoin) is not int offset)
        {
            return RewriteOutcome.NotApplicable;
        }

        Blank(edit, offset, edit.Packet.Option(edit.Bytes, MptcpSubtype.MpJoin).Length);
        return RewriteOutcome.Done;
    }

    private static void Blank(FrameEdit edit, int offset, int length)
    {
        byte[] padding = new byte[length];
        padding.AsSpan().Fill(Nop);
        edit.WriteOptions(offset, padding);
    }
}
