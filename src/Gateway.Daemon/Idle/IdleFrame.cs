using Gateway.DataPlane;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Daemon.Idle;

/// <summary>Packets of the gateway's own for subflows that have none to carry what they are told.</summary>
internal static class IdleFrame
{
    private const int MacSize = 6;

    /// <summary>Builds the Ethernet frame; null when the flow's last packets are not known.</summary>
    /// <param name="wish">What to say.</param>
    /// <param name="sender">The end it is from, as the receiver knows it.</param>
    /// <param name="receiver">The end it is for, as it knows itself.</param>
    /// <param name="onWire">Whether the frame goes to the link as it is, so that it needs the MAC addresses.</param>
    internal static byte[]? Build(IdleWish wish, FlowEnd sender, FlowEnd receiver, bool onWire)
    {
        if (wish.Way.Last is not { } last || wish.Back.Last is not { } answer || (onWire && last.Macs is null))
        {
            return null;
        }

        PacketBuilder builder = PacketBuilder.Create()
            .Between(sender.Address, receiver.Address)
            .Tcp(sender.Port, receiver.Port);
        _ = wish switch
        {
            PriorityWish priority => AsPriority(builder, priority, last),
            CloseWish close => AsReset(builder, close, answer),
            _ => throw new ArgumentOutOfRangeException(nameof(wish)),
        };
        if (last.Macs is { } macs)
        {
            builder.Ethernet(macs.Span[..MacSize], macs.Span[MacSize..]);
        }

        if (wish.Flow.Vlan != 0)
        {
            builder.Vlan(wish.Flow.Vlan);
        }

        return builder.Build();
    }

    /// <summary>A duplicate of the last acknowledgment with MP_PRIO beside the timestamps (RFC 8684 section 3.3.8).</summary>
    private static PacketBuilder AsPriority(PacketBuilder builder, PriorityWish wish, FlowLastPacket last)
    {
        builder.WithSequence(last.Sequence).WithAcknowledgment(last.Acknowledgment).WithWindow(last.Window);
        if (last.Timestamps is (uint value, uint echo))
        {
            // The receiver takes it for one it has had: an older TSval it would drop (RFC 7323 section 5.3).
            builder.WithOptions(TcpOption.NoOperation, TcpOption.NoOperation, TcpOption.Timestamps(value, echo));
        }

        return builder.WithOptions(MptcpOptions.MpPrio(wish.Backup), TcpOption.NoOperation);
    }

    /// <summary>
    /// A RST with the very sequence number its receiver acknowledged last: any other it would only question (RFC 9293
    /// section 3.5.3). The T bit is clear: what a policy closed is not to be tried again (RFC 8684 section 3.6).
    /// </summary>
    private static PacketBuilder AsReset(PacketBuilder builder, CloseWish wish, FlowLastPacket answer) =>
        builder.WithFlags(TcpFlags.Rst | TcpFlags.Ack)
            .WithSequence(answer.Acknowledgment)
            .WithAcknowledgment(answer.Sequence)
            .WithWindow(0)
            .WithOptions(MptcpOptions.MpTcprst(flags: 0, (byte)wish.Reason));
}
