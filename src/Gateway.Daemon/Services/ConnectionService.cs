using Gateway.Daemon.Connections;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.ConnectionService.</summary>
internal sealed class ConnectionService(ConnectionTracker tracker, FlowReconciler reconciler) : ConnectionServiceBase
{
    public override Task<ListConnectionsResponse> List(ListConnectionsRequest request, ServerCallContext context)
    {
        reconciler.Refresh();
        return Task.FromResult(new ListConnectionsResponse { Connections = { tracker.List(request.IncludeClosed) } });
    }

    public override async Task Watch(
        WatchConnectionsRequest request, IServerStreamWriter<ConnectionUpdate> responseStream, ServerCallContext context)
    {
        reconciler.Refresh();
        using ConnectionWatch watch = tracker.Watch();
        await context.WriteResponseHeadersAsync(Metadata.Empty).ConfigureAwait(false);
        while (await watch.TakeAsync(context.CancellationToken).ConfigureAwait(false) is { } updates)
        {
            foreach (ConnectionUpdate update in updates)
            {
                await responseStream.WriteAsync(update, context.CancellationToken).ConfigureAwait(false);
            }
        }

        throw new RpcException(new Status(StatusCode.ResourceExhausted, "This watch fell too far behind: watch again."));
    }
}
