using Gateway.DataPlane;
using Gateway.V1;

namespace Gateway.Daemon.Connections;

/// <summary>What is known of one subflow.</summary>
internal sealed class TrackedSubflow(TrackedConnection connection, FlowKey key, FlowEnd client, FlowEnd server)
{
    public TrackedConnection Connection { get; set; } = connection;

    public FlowKey Key { get; } = key;

    /// <summary>Sender of the SYN.</summary>
    public FlowEnd Client { get; } = client;

    public FlowEnd Server { get; } = server;

    public SubflowState State { get; set; } = SubflowState.Handshake;

    public bool Initial { get; init; }

    /// <summary>Whether <see cref="Client"/> is the connection's client: the server may open subflows, too.</summary>
    public bool FromConnectionClient { get; set; } = true;

    public byte ClientAddressId { get; set; }

    public byte ServerAddressId { get; set; }

    public bool ClientBackup { get; set; }

    public bool ServerBackup { get; set; }

    public bool ClientFin { get; set; }

    public bool ServerFin { get; set; }

    /// <summary>Sequence number of the SYN: another one is another use of the same addresses and ports.</summary>
    public uint? SynSequence { get; set; }

    /// <summary>The address announced last on this subflow, and the sequence number of the packet.</summary>
    public (TrackedAddress Address, uint Sequence)? LastAnnounced { get; set; }

    public byte Ordinal { get; set; }

    public ulong RttNanos { get; set; }

    public SubflowCounters Original { get; set; } = new();

    public SubflowCounters Reply { get; set; } = new();

    public string IngressNic { get; set; } = "";

    public long LastSeen { get; set; }

    public bool IsEnded => State is SubflowState.Closed or SubflowState.Reset or SubflowState.Refused;

    public bool IsClient(FlowEnd end) => Client.Equals(end);
}
