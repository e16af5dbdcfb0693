using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.PolicyService, for its server and its clients.</summary>
public static class PolicyMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = PolicyReflection.Descriptor.FindTypeByName<ServiceDescriptor>("PolicyService");

    /// <summary>Replaces the running policy: all of it takes effect or nothing changes.</summary>
    public static RpcMethod<ApplyPolicyRequest, ApplyPolicyResponse> Apply { get; } =
        new(Service, "Apply", ApplyPolicyRequest.Parser, ApplyPolicyResponse.Parser);

    /// <summary>Checks a policy and reports every error at once. Changes nothing.</summary>
    public static RpcMethod<ValidatePolicyRequest, ValidatePolicyResponse> Validate { get; } =
        new(Service, "Validate", ValidatePolicyRequest.Parser, ValidatePolicyResponse.Parser);

    /// <summary>Returns the running policy.</summary>
    public static RpcMethod<GetPolicyRequest, GetPolicyResponse> Get { get; } =
        new(Service, "Get", GetPolicyRequest.Parser, GetPolicyResponse.Parser);

    /// <summary>Removes the running policy: every packet passes unmodified. Ports stay attached.</summary>
    public static RpcMethod<ClearPolicyRequest, ClearPolicyResponse> Clear { get; } =
        new(Service, "Clear", ClearPolicyRequest.Parser, ClearPolicyResponse.Parser);

    /// <summary>Says what differs between two policies. Changes nothing.</summary>
    public static RpcMethod<DiffPolicyRequest, DiffPolicyResponse> Diff { get; } =
        new(Service, "Diff", DiffPolicyRequest.Parser, DiffPolicyResponse.Parser);

    /// <summary>Keeps a policy that was applied to be confirmed.</summary>
    public static RpcMethod<ConfirmPolicyRequest, ConfirmPolicyResponse> Confirm { get; } =
        new(Service, "Confirm", ConfirmPolicyRequest.Parser, ConfirmPolicyResponse.Parser);

    /// <summary>The revisions that are kept, newest first, in pages.</summary>
    public static RpcMethod<PolicyHistoryRequest, PolicyHistoryResponse> History { get; } =
        new(Service, "History", PolicyHistoryRequest.Parser, PolicyHistoryResponse.Parser);

    /// <summary>Applies the policy of an older revision again, as a new revision.</summary>
    public static RpcMethod<RollbackPolicyRequest, ApplyPolicyResponse> Rollback { get; } =
        new(Service, "Rollback", RollbackPolicyRequest.Parser, ApplyPolicyResponse.Parser);

    /// <summary>Puts a policy into the history without applying it.</summary>
    public static RpcMethod<ImportPolicyRequest, ImportPolicyResponse> Import { get; } =
        new(Service, "Import", ImportPolicyRequest.Parser, ImportPolicyResponse.Parser);

    /// <summary>What runs, then every change, until cancelled.</summary>
    public static RpcMethod<WatchPolicyRequest, PolicyChange> Watch { get; } =
        new(Service, "Watch", WatchPolicyRequest.Parser, PolicyChange.Parser);
}
