using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.Rpc;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using FieldViolation = Google.Rpc.BadRequest.Types.FieldViolation;
using Status = Gateway.Rpc.Status;

namespace Gateway.Daemon.Services;

/// <summary>Domain errors as gRPC statuses.</summary>
internal static class ServiceErrors
{
    /// <summary>Does something to the data path; its refusals become the call's status.</summary>
    public static T Run<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (DataPlaneException failure)
        {
            throw new RpcException(new Status(CodeOf(failure.Kind), failure.Message), Metadata.Empty, failure);
        }
    }

    public static RpcException FailedPrecondition(string message) => new(new Status(StatusCode.FailedPrecondition, message));

    public static RpcException InvalidArgument(string field, string message) =>
        Invalid(message, [new FieldViolation { Field = field, Description = message }]);

    /// <summary>Every error of a policy: field = path, description = message, place and hint.</summary>
    public static RpcException InvalidPolicy(IReadOnlyList<PolicyError> errors) => Invalid(
        errors.Count == 1 ? "The policy has an error; nothing changed." : $"The policy has {errors.Count} errors; nothing changed.",
        errors.Select(e => new FieldViolation { Field = e.Path, Description = Describe(e) }));

    internal static StatusCode CodeOf(DataPlaneErrorKind kind) => kind switch
    {
        DataPlaneErrorKind.InvalidArgument => StatusCode.InvalidArgument,
        DataPlaneErrorKind.NotFound => StatusCode.NotFound,
        DataPlaneErrorKind.AlreadyExists => StatusCode.AlreadyExists,
        DataPlaneErrorKind.FailedPrecondition or DataPlaneErrorKind.Unsupported => StatusCode.FailedPrecondition,
        DataPlaneErrorKind.ResourceExhausted => StatusCode.ResourceExhausted,
        DataPlaneErrorKind.PermissionDenied => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    private static string Describe(PolicyError error) =>
        error.Line == 0 ? $"{error.Message} {error.Hint}" : $"{error.Message} {error.Hint} (line {error.Line}, column {error.Column})";

    private static RpcException Invalid(string message, IEnumerable<FieldViolation> violations)
    {
        var details = new BadRequest();
        details.FieldViolations.AddRange(violations);
        return new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = message,
            Details = { Any.Pack(details) },
        }.ToRpcException();
    }
}
