using System.Net;
using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.ConnectionService.</summary>
internal sealed class ConnectionService(
    ConnectionTracker tracker, FlowReconciler reconciler, MptcpLedger ledger, SubflowActs acts, KernelDataPlane dataPlane) : ConnectionServiceBase
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

    public override Task<ActResponse> Act(ActRequest request, ServerCallContext context) =>
        Task.FromResult(new ActResponse { Subflows = { acts.Run(request) } });

    public override Task<LedgerResponse> Ledger(LedgerRequest request, ServerCallContext context)
    {
        IPAddress? wanted = null;
        bool isShort = !request.Address.Contains(':', StringComparison.Ordinal) && request.Address.Count(c => c == '.') != 3;
        if (request.Address.Length > 0 && (isShort || !IPAddress.TryParse(request.Address, out wanted)))
        {
            throw ServiceErrors.InvalidArgument("address", $"'{request.Address}' is no address: write one like 192.0.2.7 or 2001:db8::7.");
        }

        bool Fits(string prefix) => wanted is null || IPNetwork.Parse(prefix).Contains(wanted);
        return Task.FromResult(new LedgerResponse
        {
            Entries = { ledger.List().Where(e => Fits(e.ClientPrefix) || Fits(e.ServerPrefix)) },
            Ipv4Prefix = (uint)ledger.Options.IPv4Prefix,
            Ipv6Prefix = (uint)ledger.Options.IPv6Prefix,
            Evicted = (ulong)ledger.Evicted,
            Forgotten = (ulong)ledger.Forgotten,
            EventsLost = ServiceErrors.Run(dataPlane.ReadCounters).EventsLost,
        });
    }
}
