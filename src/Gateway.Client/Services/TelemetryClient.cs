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

    /// <summary>
    /// Packets of the running policy and why they were treated as they were, until cancelled or the loop is left; one trace at
    /// a time.
    /// </summary>
    /// <param name="request">Which packets, and whether their headers come along.</param>
    /// <param name="cancellationToken">Ends the trace with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RpcException">FailedPrecondition: another trace runs, or no policy does. InvalidArgument: the selector is wrong.</exception>
    public IAsyncEnumerable<TracedPacket> TraceAsync(TraceRequest request, CancellationToken cancellationToken = default) =>
        _channel.ServerStreaming(TelemetryMethods.Trace, request, null, cancellationToken);

    /// <summary>What a policy would do to frames, without touching traffic.</summary>
    /// <param name="request">Policy and frames.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">InvalidArgument: the policy or a frame has errors, all listed in its details. FailedPrecondition: it cannot be tried.</exception>
    public Task<WhatIfResponse> WhatIfAsync(WhatIfRequest request, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(TelemetryMethods.WhatIf, request, null, cancellationToken);

    /// <summary>Compares a candidate policy with the running one on packets that pass, until cancelled or the loop is left.</summary>
    /// <param name="request">The candidate, and which packets.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RpcException">As in <see cref="TraceAsync"/>, or the candidate cannot be tried.</exception>
    public IAsyncEnumerable<ShadowReport> ShadowAsync(ShadowRequest request, CancellationToken cancellationToken = default) =>
        _channel.ServerStreaming(TelemetryMethods.Shadow, request, null, cancellationToken);
}
