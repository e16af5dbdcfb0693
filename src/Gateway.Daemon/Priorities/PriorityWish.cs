using Gateway.DataPlane;

namespace Gateway.Daemon.Priorities;

/// <summary>An MP_PRIO that an idle subflow has no packet to carry for.</summary>
/// <param name="Flow">The subflow.</param>
/// <param name="FromClient">Whether it goes the way of the client's packets.</param>
/// <param name="Backup">Its B flag (RFC 8684 section 3.3.8).</param>
/// <param name="Chain">Index of the chain that asks for it.</param>
/// <param name="Step">Place of set_backup in that chain.</param>
internal sealed record PriorityWish(FlowSnapshot Flow, bool FromClient, bool Backup, int Chain, int Step)
{
    /// <summary>The end whose word it seems to be.</summary>
    public FlowEnd Sender => FromClient ? Flow.Client : Flow.Server;

    /// <summary>The end that takes it.</summary>
    public FlowEnd Receiver => FromClient ? Flow.Server : Flow.Client;

    /// <summary>The way it goes.</summary>
    public FlowDirectionSnapshot Way => FromClient ? Flow.FromClient : Flow.FromServer;
}
