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
}
