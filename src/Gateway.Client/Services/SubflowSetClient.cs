using System.Runtime.CompilerServices;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Client;

/// <summary>Named sets of subflows, which policies select: gateway.v1.SubflowSetService.</summary>
public sealed class SubflowSetClient
{
    private const int Batch = 4096;

    private readonly RpcChannel _channel;

    internal SubflowSetClient(RpcChannel channel) => _channel = channel;

    /// <summary>The sets, by name.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<ListSubflowSetsResponse> ListAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SubflowSetMethods.List, new ListSubflowSetsRequest(), null, cancellationToken);

    /// <summary>Adds subflows to a set, in batches; the set is created when it is not there. What is added acts before this ends.</summary>
    /// <param name="set">The set.</param>
    /// <param name="subflows">The subflows; those that are in it stay.</param>
    /// <param name="cancellationToken">Gives the call up; batches that were sent stay.</param>
    /// <returns>How many were not there before.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT; RESOURCE_EXHAUSTED: no room. Batches before it stay.</exception>
    public async Task<long> AddAsync(string set, IEnumerable<SubflowEnds> subflows, CancellationToken cancellationToken = default) =>
        (await ChangeAsync(set, subflows, static (request, part) => request.Add.AddRange(part), cancellationToken).ConfigureAwait(false)).Added;

    /// <summary>Removes subflows from a set, in batches.</summary>
    /// <param name="set">The set.</param>
    /// <param name="subflows">The subflows; those that are not in it are no error.</param>
    /// <param name="cancellationToken">Gives the call up; what was removed stays so.</param>
    /// <returns>How many were there.</returns>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<long> RemoveAsync(string set, IEnumerable<SubflowEnds> subflows, CancellationToken cancellationToken = default) =>
        (await ChangeAsync(set, subflows, static (request, part) => request.Remove.AddRange(part), cancellationToken).ConfigureAwait(false)).Removed;

    /// <summary>Changes sets by a stream of the caller's own; each request is answered, in order, once its changes are in force.</summary>
    /// <param name="requests">The first one names the set.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT; RESOURCE_EXHAUSTED: no room. What was answered stays.</exception>
    public IAsyncEnumerable<UpdateSubflowSetResponse> Update(
        IAsyncEnumerable<UpdateSubflowSetRequest> requests, CancellationToken cancellationToken = default) =>
        _channel.DuplexStreaming(SubflowSetMethods.Update, requests, null, cancellationToken);

    /// <summary>What is in a set, in no order.</summary>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public async IAsyncEnumerable<SubflowSetMember> MembersAsync(string set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (SubflowSetMembersResponse part in _channel.ServerStreaming(
            SubflowSetMethods.Members, new SubflowSetMembersRequest { Set = set }, null, cancellationToken).ConfigureAwait(false))
        {
            foreach (SubflowSetMember member in part.Members)
            {
                yield return member;
            }
        }
    }

    /// <summary>Removes every subflow of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Gives the call up; the set may have been emptied.</param>
    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public Task<ClearSubflowSetResponse> ClearAsync(string set, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SubflowSetMethods.Clear, new ClearSubflowSetRequest { Set = set }, null, cancellationToken);

    /// <summary>Removes a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Gives the call up; the set may have been removed.</param>
    /// <exception cref="RpcException">NOT_FOUND; FAILED_PRECONDITION: the running policy names it.</exception>
    public Task<RemoveSubflowSetResponse> RemoveSetAsync(string set, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SubflowSetMethods.Remove, new RemoveSubflowSetRequest { Set = set }, null, cancellationToken);

    private async Task<(long Added, long Removed)> ChangeAsync(
        string set, IEnumerable<SubflowEnds> subflows, Action<UpdateSubflowSetRequest, SubflowEnds[]> fill, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subflows);

        // Without subflows the set is created all the same.
        IAsyncEnumerable<UpdateSubflowSetRequest> requests = subflows.Chunk(Batch).DefaultIfEmpty([]).Select(part =>
        {
            var request = new UpdateSubflowSetRequest { Set = set };
            fill(request, part);
            return request;
        }).ToAsyncEnumerable();
        (long added, long removed) = (0, 0);
        await foreach (UpdateSubflowSetResponse response in Update(requests, cancellationToken).ConfigureAwait(false))
        {
            (added, removed) = (added + response.Added, removed + response.Removed);
        }

        return (added, removed);
    }
}
