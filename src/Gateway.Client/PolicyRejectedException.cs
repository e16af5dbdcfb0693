using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Client;

/// <summary>The gateway refused a policy because of errors in it. What ran before still runs.</summary>
public sealed class PolicyRejectedException : Exception
{
    internal PolicyRejectedException(IReadOnlyList<PolicyError> errors, RpcException innerException)
        : base(innerException.Status.Detail, innerException) => Errors = errors;

    /// <summary>Everything that is wrong, in the order of the document.</summary>
    public IReadOnlyList<PolicyError> Errors { get; }
}
