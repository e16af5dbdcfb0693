using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Client;

/// <summary>MPTCP connections and their subflows: gateway.v1.ConnectionService.</summary>
public sealed class ConnectionClient
{
    private readonly RpcChannel _channel;

    internal ConnectionClient(RpcChannel channel) => _channel = channel;

    /// <summary>The connections the gateway knows.</summary>
    /// <param name="includeClosed">Also those that ended and are still remembered.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<ListConnectionsResponse> ListAsync(bool includeClosed = false, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(ConnectionMethods.List, new ListConnectionsRequest { IncludeClosed = includeClosed }, null, cancellationToken);

    /// <summary>The present connections first, then every change, until cancelled or the loop is left.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RpcException">The stream broke.</exception>
    public IAsyncEnumerable<ConnectionUpdate> WatchAsync(CancellationToken cancellationToken = default) =>
        _channel.ServerStreaming(ConnectionMethods.Watch, new WatchConnectionsRequest(), null, cancellationToken);

    /// <summary>Which networks speak MPTCP with each other, and where it gets lost.</summary>
    /// <param name="address">Only entries with a network that holds this address; empty = all.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed; INVALID_ARGUMENT: the address cannot be read.</exception>
    public Task<LedgerResponse> LedgerAsync(string address = "", CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(ConnectionMethods.Ledger, new LedgerRequest { Address = address }, null, cancellationToken);

    /// <summary>Acts on live subflows until they end, beside the running policy.</summary>
    /// <param name="request">Which, and what to do.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed; NOT_FOUND: there is no such open subflow. INVALID_ARGUMENT: the actor is wrong.</exception>
    public Task<ActResponse> ActAsync(ActRequest request, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(ConnectionMethods.Act, request, null, cancellationToken);
}
