using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Client;

/// <summary>What the packet programs did and why: gateway.v1.TelemetryService.</summary>
public sealed class TelemetryClient
{
    private readonly RpcChannel _channel;

    internal TelemetryClient(RpcChannel channel) => _channel = channel;

    /// <summary>Totals per chain, actor, port and reason.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<CountersResponse> CountersAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(TelemetryMethods.Counters, new CountersRequest(), null, cancellationToken);

    /// <summary>
    /// Events as they happen, until cancelled or the loop is left. A reader that is too slow loses the oldest
    /// and is told how many.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RpcException">The stream broke.</exception>
    public IAsyncEnumerable<Event> EventsAsync(CancellationToken cancellationToken = default) =>
        _channel.ServerStreaming(TelemetryMethods.Events, new EventsRequest(), null, cancellationToken);
}
