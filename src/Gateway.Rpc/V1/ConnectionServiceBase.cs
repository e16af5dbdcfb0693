using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.ConnectionService: MPTCP connections and their subflows. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class ConnectionServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => ConnectionMethods.Service;

    /// <summary>The connections the gateway knows.</summary>
    public virtual Task<ListConnectionsResponse> List(ListConnectionsRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>The present connections first, then every change, until cancelled.</summary>
    public virtual Task Watch(WatchConnectionsRequest request, IServerStreamWriter<ConnectionUpdate> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <summary>Which networks speak MPTCP with each other, and where it gets lost.</summary>
    public virtual Task<LedgerResponse> Ledger(LedgerRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Acts on live subflows until they end.</summary>
    public virtual Task<ActResponse> Act(ActRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(ConnectionMethods.List, List)
            .Add(ConnectionMethods.Watch, Watch)
            .Add(ConnectionMethods.Ledger, Ledger)
            .Add(ConnectionMethods.Act, Act);
    }
}
