using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.SubflowSetService: named sets of subflows. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class SubflowSetServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => SubflowSetMethods.Service;

    /// <summary>The sets, by name.</summary>
    public virtual Task<ListSubflowSetsResponse> List(ListSubflowSetsRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Adds and removes subflows, batch by batch.</summary>
    public virtual Task Update(IAsyncStreamReader<UpdateSubflowSetRequest> requests, IServerStreamWriter<UpdateSubflowSetResponse> responses, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>What is in a set.</summary>
    public virtual Task Members(SubflowSetMembersRequest request, IServerStreamWriter<SubflowSetMembersResponse> responses, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Removes every subflow of a set.</summary>
    public virtual Task<ClearSubflowSetResponse> Clear(ClearSubflowSetRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Removes a set.</summary>
    public virtual Task<RemoveSubflowSetResponse> Remove(RemoveSubflowSetRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(SubflowSetMethods.List, List)
            .Add(SubflowSetMethods.Update, Update)
            .Add(SubflowSetMethods.Members, Members)
            .Add(SubflowSetMethods.Clear, Clear)
            .Add(SubflowSetMethods.Remove, Remove);
    }
}
