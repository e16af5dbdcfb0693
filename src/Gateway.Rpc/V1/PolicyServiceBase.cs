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

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(PolicyMethods.Apply, Apply)
            .Add(PolicyMethods.Validate, Validate)
            .Add(PolicyMethods.Get, Get)
            .Add(PolicyMethods.Clear, Clear);
    }
}
