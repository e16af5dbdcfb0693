using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>The names of packet types in a policy file.</summary>
internal static class PacketTypeNames
{
    private static readonly (string Name, PacketTypes Types)[] s_names =
    [
        ("syn", PacketTypes.Syn), ("syn_ack", PacketTypes.SynAck), ("fin", PacketTypes.Fin), ("rst", PacketTypes.Rst),
        ("pure_ack", PacketTypes.PureAck), ("data", PacketTypes.Data), ("mp_capable", PacketTypes.MpCapable),
        ("mp_join", PacketTypes.MpJoin), ("dss", PacketTypes.Dss), ("data_ack", PacketTypes.DataAck),
        ("add_addr", PacketTypes.AddAddr4 | PacketTypes.AddAddr6), ("add_addr4", PacketTypes.AddAddr4),
        ("add_addr6", PacketTypes.AddAddr6), ("add_addr_echo", PacketTypes.AddAddrEcho),
        ("remove_addr", PacketTypes.RemoveAddr), ("mp_prio", PacketTypes.MpPrio), ("mp_fail", PacketTypes.MpFail),
        ("mp_fastclose", PacketTypes.MpFastclose), ("mp_tcprst", PacketTypes.MpTcprst),
        ("plain_tcp", PacketTypes.PlainTcp), ("mptcp", PacketTypes.Mptcp), ("third_ack", PacketTypes.ThirdAck),
        ("add_addr4_echo", PacketTypes.AddAddr4Echo), ("add_addr6_echo", PacketTypes.AddAddr6Echo),
    ];

    public static IReadOnlyCollection<string> All { get; } = s_names.Select(n => n.Name).ToArray();

    public static PacketTypes Defined { get; } = s_names.Aggregate(PacketTypes.None, (types, n) => types | n.Types);

    public static bool TryParse(string name, out PacketTypes types)
    {
        types = Array.Find(s_names, n => n.Name == name).Types;
        return types != PacketTypes.None;
    }

    /// <summary>The fewest names that stand for the types, in the order of the bits.</summary>
    public static IEnumerable<string> NamesOf(PacketTypes types)
    {
        foreach ((string name, PacketTypes named) in s_names)
        {
            if ((types & named) == named)
            {
                types &= ~named;
                yield return name;
            }
        }
    }
}
