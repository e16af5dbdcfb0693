using System.Diagnostics.CodeAnalysis;
using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.PolicyService: policies. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class PolicyServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => PolicyMethods.Service;

    /// <summary>Replaces the running policy: all of it takes effect or nothing changes.</summary>
    public virtual Task<ApplyPolicyResponse> Apply(ApplyPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Checks a policy and reports every error at once. Changes nothing.</summary>
    public virtual Task<ValidatePolicyResponse> Validate(ValidatePolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Returns the running policy.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "The method's name in the proto file.")]
    public virtual Task<GetPolicyResponse> Get(GetPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Removes the running policy: every packet passes unmodified. Ports stay attached.</summary>
    public virtual Task<ClearPolicyResponse> Clear(ClearPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Says what differs between two policies. Changes nothing.</summary>
    public virtual Task<DiffPolicyResponse> Diff(DiffPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Keeps a policy that was applied to be confirmed.</summary>
    public virtual Task<ConfirmPolicyResponse> Confirm(ConfirmPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>The revisions that are kept, newest first, in pages.</summary>
    public virtual Task<PolicyHistoryResponse> History(PolicyHistoryRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Applies the policy of an older revision again, as a new revision.</summary>
    public virtual Task<ApplyPolicyResponse> Rollback(RollbackPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Puts a policy into the history without applying it.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "The method's name in the proto file.")]
    public virtual Task<ImportPolicyResponse> Import(ImportPolicyRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>What runs, then every change, until cancelled.</summary>
    public virtual Task Watch(WatchPolicyRequest request, IServerStreamWriter<PolicyChange> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(PolicyMethods.Apply, Apply)
            .Add(PolicyMethods.Validate, Validate)
            .Add(PolicyMethods.Get, Get)
            .Add(PolicyMethods.Clear, Clear)
            .Add(PolicyMethods.Diff, Diff)
            .Add(PolicyMethods.Confirm, Confirm)
            .Add(PolicyMethods.History, History)
            .Add(PolicyMethods.Rollback, Rollback)
            .Add(PolicyMethods.Import, Import)
            .Add(PolicyMethods.Watch, Watch);
    }
}
