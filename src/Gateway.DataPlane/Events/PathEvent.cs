using System.Net;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Something a packet program saw or did.</summary>
public readonly record struct PathEvent
{
    /// <summary>When the packet passed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The packet's source address.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>The packet's destination address.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>The packet's source port.</summary>
    public required ushort SourcePort { get; init; }

    /// <summary>The packet's destination port.</summary>
    public required ushort DestinationPort { get; init; }

    /// <summary>Outer VLAN id, 0 without.</summary>
    public required ushort Vlan { get; init; }

    /// <summary>Index of the port that saw it.</summary>
    public required int PortIndex { get; init; }

    /// <summary>NIC of that port; null when it was detached since.</summary>
    public required string? Nic { get; init; }

    /// <summary>The hook that saw it.</summary>
    public required Hook Hook { get; init; }

    /// <summary>What it is about.</summary>
    public required EventType Type { get; init; }

    /// <summary>Direction of the packet in its subflow.</summary>
    public required Direction Direction { get; init; }

    /// <summary>As in <see cref="FlowSnapshot.ConnectionId"/>; 0 unknown.</summary>
    public required ulong ConnectionId { get; init; }

    /// <summary>What was known of the flow after this packet.</summary>
    public required FlowFlag FlowFlags { get; init; }

    /// <summary>Generation of the policy that <see cref="Chain"/> belongs to.</summary>
    public required uint Generation { get; init; }

    /// <summary>Index of the chain in that generation; -1 when no chain is meant.</summary>
    public required int Chain { get; init; }

    /// <summary>Place of the actor in the chain.</summary>
    public required int Step { get; init; }

    /// <summary>The actor's result.</summary>
    public required Reason Reason { get; init; }

    /// <summary>The actor.</summary>
    public required Op Op { get; init; }

    /// <summary>Token of an MP_JOIN SYN (RFC 8684 section 3.2); 0 without.</summary>
    public required uint Token { get; init; }

    /// <summary>TCP sequence number.</summary>
    public required uint Sequence { get; init; }

    /// <summary>TCP flags (RFC 9293 section 3.1), FIN = 1.</summary>
    public required byte TcpFlags { get; init; }

    /// <summary>The subflow's place in its connection, 1 = the first; 0 unknown.</summary>
    public required int Ordinal { get; init; }

    /// <summary>All TCP options of the packet. May hold keys.</summary>
    public required TcpOptionBytes Options { get; init; }

    /// <summary><see cref="EventType.Trace"/>: what each actor of the chain made of the packet; empty otherwise.</summary>
    public ActorResults Results { get; init; }

    /// <summary>Where in <see cref="Options"/> the MPTCP option starts that is meant; -1 without.</summary>
    public required int OptionOffset { get; init; }
}
