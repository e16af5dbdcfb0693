using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.ConnectionService, for its server and its clients.</summary>
public static class ConnectionMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = ConnectionReflection.Descriptor.FindTypeByName<ServiceDescriptor>("ConnectionService");

    /// <summary>The connections the gateway knows.</summary>
    public static RpcMethod<ListConnectionsRequest, ListConnectionsResponse> List { get; } =
        new(Service, "List", ListConnectionsRequest.Parser, ListConnectionsResponse.Parser);

    /// <summary>The present connections first, then every change, until cancelled.</summary>
    public static RpcMethod<WatchConnectionsRequest, ConnectionUpdate> Watch { get; } =
        new(Service, "Watch", WatchConnectionsRequest.Parser, ConnectionUpdate.Parser);

    /// <summary>Which networks speak MPTCP with each other, and where it gets lost.</summary>
    public static RpcMethod<LedgerRequest, LedgerResponse> Ledger { get; } =
        new(Service, "Ledger", LedgerRequest.Parser, LedgerResponse.Parser);

    /// <summary>Acts on live subflows until they end.</summary>
    public static RpcMethod<ActRequest, ActResponse> Act { get; } =
        new(Service, "Act", ActRequest.Parser, ActResponse.Parser);
}
