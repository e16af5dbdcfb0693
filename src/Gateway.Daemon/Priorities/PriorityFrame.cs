using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Daemon.Priorities;

/// <summary>A duplicate of the last acknowledgment with MP_PRIO beside the timestamps (RFC 8684 section 3.3.8).</summary>
internal static class PriorityFrame
{
    private const int MacSize = 6;

    /// <summary>Builds the Ethernet frame; null when the flow's last packet is not known.</summary>
    /// <param name="wish">What to say.</param>
    /// <param name="onWire">Whether the frame goes to the link as it is: with the MAC addresses and the tag it needs there.</param>
    internal static byte[]? Build(PriorityWish wish, bool onWire)
    {
        if (wish.Way.Last is not { } last || (onWire && last.Macs is null))
        {
            return null;
        }

        PacketBuilder builder = PacketBuilder.Create()
            .Between(wish.Sender.Address, wish.Receiver.Address)
            .Tcp(wish.Sender.Port, wish.Receiver.Port)
            .WithSequence(last.Sequence)
            .WithAcknowledgment(last.Acknowledgment)
            .WithWindow(last.Window);
        if (last.Timestamps is (uint value, uint echo))
        {
            // The receiver takes it for one it has had: an older TSval it would drop (RFC 7323 section 5.3).
            builder.WithOptions(TcpOption.NoOperation, TcpOption.NoOperation, TcpOption.Timestamps(value, echo));
        }

        builder.WithOptions(MptcpOptions.MpPrio(wish.Backup), TcpOption.NoOperation);
        if (onWire)
        {
            builder.Ethernet(last.Macs!.Value.Span[..MacSize], last.Macs.Value.Span[MacSize..]);
            if (wish.Flow.Vlan != 0)
            {
                builder.Vlan(wish.Flow.Vlan);
            }
        }

        return builder.Build();
    }
}
