using Gateway.DataPlane;

namespace Gateway.Daemon.Idle;

/// <summary>What an end of an idle subflow is to be told, as no packet passes that could carry it.</summary>
/// <param name="Flow">The subflow.</param>
/// <param name="FromClient">Whether it goes the way of the client's packets.</param>
/// <param name="Chain">Index of the chain that asks for it.</param>
/// <param name="Step">Place of the actor in that chain.</param>
internal abstract record IdleWish(FlowSnapshot Flow, bool FromClient, int Chain, int Step)
{
    /// <summary>The end whose word it seems to be.</summary>
    public FlowEnd Sender => FromClient ? Flow.Client : Flow.Server;

    /// <summary>The end that takes it.</summary>
    public FlowEnd Receiver => FromClient ? Flow.Server : Flow.Client;

    /// <summary>The way it goes.</summary>
    public FlowDirectionSnapshot Way => FromClient ? Flow.FromClient : Flow.FromServer;

    /// <summary>The other way.</summary>
    public FlowDirectionSnapshot Back => FromClient ? Flow.FromServer : Flow.FromClient;

    /// <summary>What the subflow is by it: "backup", "regular" or "closed".</summary>
    public abstract string Says { get; }

    /// <summary>How often passing packets told it already, as far as they still count; null: something else was told last.</summary>
    public abstract int? Placed { get; }
}
