using Gateway.Daemon.Auditing;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.SubflowSetService.</summary>
internal sealed partial class SubflowSetService(KernelDataPlane dataPlane, PolicyControl control, AuditLog audit, ILogger<SubflowSetService> logger) : SubflowSetServiceBase
{
    private const int MostChanges = 16384;
    private const int MembersPerMessage = 4096;

    public override Task<ListSubflowSetsResponse> List(ListSubflowSetsRequest request, ServerCallContext context) => Task.FromResult(ServiceErrors.Run(() =>
        new ListSubflowSetsResponse
        {
            Sets =
            {
                dataPlane.SubflowSets.Select(set => new SubflowSet
                {
                    Name = set.Name,
                    Ipv4 = (ulong)set.IPv4,
                    Ipv6 = (ulong)set.IPv6,
                    InUse = control.IsSetInUse(set.Name),
                }),
            },
            Capacity = dataPlane.SubflowSetCapacity,
        }));

    public override async Task Update(
        IAsyncStreamReader<UpdateSubflowSetRequest> requests, IServerStreamWriter<UpdateSubflowSetResponse> responses, ServerCallContext context)
    {
        string set = "";
        long added = 0, removed = 0;
        try
        {
            while (await requests.MoveNext(context.CancellationToken).ConfigureAwait(false))
            {
                UpdateSubflowSetRequest request = requests.Current;
                if (request.Set.Length > 0 && request.Set != set)
                {
                    set = request.Set;
                    control.CreateSet(set);
                    audit.OnRequest(context, new UpdateSubflowSetRequest { Set = set });
                }

                (int Added, int Removed) changed = Change(set, request);
                added += changed.Added;
                removed += changed.Removed;
                await responses.WriteAsync(
                    new UpdateSubflowSetResponse { Added = (uint)changed.Added, Removed = (uint)changed.Removed }, context.CancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            LogUpdated(logger, set, added, removed);
        }
    }

    public override async Task Members(
        SubflowSetMembersRequest request, IServerStreamWriter<SubflowSetMembersResponse> responses, ServerCallContext context)
    {
        foreach (DataPlane.SubflowSetMember[] part in ServiceErrors.Run(() => dataPlane.ReadSubflowSet(request.Set)).Chunk(MembersPerMessage))
        {
            await responses.WriteAsync(
                new SubflowSetMembersResponse { Members = { part.Select(SubflowSetMessages.Write) } }, context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<ClearSubflowSetResponse> Clear(ClearSubflowSetRequest request, ServerCallContext context) => Task.Run(() =>
        new ClearSubflowSetResponse { Removed = (ulong)ServiceErrors.Run(() => dataPlane.ClearSubflowSet(request.Set)) });

    public override Task<RemoveSubflowSetResponse> Remove(RemoveSubflowSetRequest request, ServerCallContext context) => Task.Run(() =>
        new RemoveSubflowSetResponse { Removed = (ulong)control.RemoveSet(request.Set) });

    private (int Added, int Removed) Change(string set, UpdateSubflowSetRequest request)
    {
        if (set.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("set", "The first request of a stream names the set.");
        }

        if (request.Add.Count + request.Remove.Count > MostChanges)
        {
            throw ServiceErrors.InvalidArgument(
                "add", $"The request has {request.Add.Count + request.Remove.Count} subflows, and {MostChanges} are possible: send several requests.");
        }

        SubflowTuple[] add = SubflowSetMessages.Read(request.Add, "add"), remove = SubflowSetMessages.Read(request.Remove, "remove");
        return ServiceErrors.Run(() => dataPlane.UpdateSubflowSet(set, add, remove));
    }

    [LoggerMessage(1130, LogLevel.Information, "Set {Set}: {Added} subflows added, {Removed} removed.")]
    private static partial void LogUpdated(ILogger logger, string set, long added, long removed);
}
