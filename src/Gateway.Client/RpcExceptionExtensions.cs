using Gateway.Rpc;
using Google.Rpc;

namespace Gateway.Client;

/// <summary>What a failed call says about its request.</summary>
public static class RpcExceptionExtensions
{
    /// <summary>The fields of the request that are wrong (google.rpc.BadRequest of the status details); empty when the server named none.</summary>
    public static IReadOnlyList<BadRequest.Types.FieldViolation> GetFieldViolations(this RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.GetRpcStatus()?.GetDetail<BadRequest>() is { } request ? request.FieldViolations : [];
    }
}
