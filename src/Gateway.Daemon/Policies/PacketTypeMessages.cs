using Gateway.Mptcp.Packets;

namespace Gateway.Daemon.Policies;

/// <summary>Packet types in messages and in documents.</summary>
internal static class PacketTypeMessages
{
    private static readonly (V1.PacketType Message, PacketTypes Types)[] s_types =
    [
        (V1.PacketType.Syn, PacketTypes.Syn), (V1.PacketType.SynAck, PacketTypes.SynAck), (V1.PacketType.Fin, PacketTypes.Fin),
        (V1.PacketType.Rst, PacketTypes.Rst), (V1.PacketType.PureAck, PacketTypes.PureAck), (V1.PacketType.Data, PacketTypes.Data),
        (V1.PacketType.MpCapable, PacketTypes.MpCapable), (V1.PacketType.MpJoin, PacketTypes.MpJoin),
        (V1.PacketType.Dss, PacketTypes.Dss), (V1.PacketType.DataAck, PacketTypes.DataAck),
        (V1.PacketType.AddAddr, PacketTypes.AddAddr4 | PacketTypes.AddAddr6), (V1.PacketType.AddAddr4, PacketTypes.AddAddr4),
        (V1.PacketType.AddAddr6, PacketTypes.AddAddr6), (V1.PacketType.AddAddrEcho, PacketTypes.AddAddrEcho),
        (V1.PacketType.RemoveAddr, PacketTypes.RemoveAddr), (V1.PacketType.MpPrio, PacketTypes.MpPrio),
        (V1.PacketType.MpFail, PacketTypes.MpFail), (V1.PacketType.MpFastclose, PacketTypes.MpFastclose),
        (V1.PacketType.MpTcprst, PacketTypes.MpTcprst), (V1.PacketType.PlainTcp, PacketTypes.PlainTcp),
        (V1.PacketType.Mptcp, PacketTypes.Mptcp), (V1.PacketType.ThirdAck, PacketTypes.ThirdAck),
        (V1.PacketType.AddAddr4Echo, PacketTypes.AddAddr4Echo), (V1.PacketType.AddAddr6Echo, PacketTypes.AddAddr6Echo),
    ];

    public static bool TryRead(V1.PacketType message, out PacketTypes types)
    {
        types = Array.Find(s_types, t => t.Message == message).Types;
        return types != PacketTypes.None;
    }

    /// <summary>The fewest message values that stand for the types.</summary>
    public static IEnumerable<V1.PacketType> Write(PacketTypes types)
    {
        foreach ((V1.PacketType message, PacketTypes named) in s_types)
        {
            if ((types & named) == named)
            {
                types &= ~named;
                yield return message;
            }
        }
    }
}
