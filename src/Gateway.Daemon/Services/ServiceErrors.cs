using System.Globalization;
using Gateway.Daemon.Access;
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
    private const string Domain = "gateway.v1";

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

    public static RpcException NotFound(string message) => new(new Status(StatusCode.NotFound, message));

    public static RpcException DataLoss(string message) => new(new Status(StatusCode.DataLoss, message));

    /// <summary>Another revision runs than the caller expects; says which.</summary>
    public static RpcException RevisionMismatch(ulong expected, ulong running, string? runningName, string message) => Precondition(
        message,
        new ErrorInfo
        {
            Reason = "REVISION_MISMATCH",
            Domain = Domain,
            Metadata =
            {
                { "expected_revision", Number(expected) }, { "running_revision", Number(running) }, { "running_name", runningName ?? "" },
            },
        });

    /// <summary>The caller's role is too low.</summary>
    public static RpcException Denied(string reason, Role needed, CallerIdentity caller, string message) => new Google.Rpc.Status
    {
        Code = (int)StatusCode.PermissionDenied,
        Message = message,
        Details =
        {
            Any.Pack(new ErrorInfo
            {
                Reason = reason,
                Domain = Domain,
                Metadata = { { "required_role", needed.Name() }, { "role", caller.Role.Name() }, { "caller", caller.Name } },
            }),
        },
    }.ToRpcException();

    /// <summary>The caller asks for too much; when to try again.</summary>
    public static RpcException Exhausted(string message, TimeSpan retryAfter) => new Google.Rpc.Status
    {
        Code = (int)StatusCode.ResourceExhausted,
        Message = message,
        Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }) },
    }.ToRpcException();

    /// <summary>The state directory cannot be written.</summary>
    public static RpcException NotStored(string why) => Precondition(
        $"The change could not be stored ({why.TrimEnd('.')}) and nothing changed: make room in the state directory, or make it writable.",
        new ErrorInfo { Reason = "STATE_NOT_STORED", Domain = Domain });

    public static RpcException InvalidArgument(string field, string message) =>
        Invalid(message, [new FieldViolation { Field = field, Description = message }]);

    /// <summary>Every error of a policy: field = path, description = message, place and hint.</summary>
    public static RpcException InvalidPolicy(IReadOnlyList<PolicyError> errors) => Invalid(
        errors.Count == 1 ? "The policy has an error; nothing changed." : $"The policy has {errors.Count} errors; nothing changed.",
        errors.Select(e => new FieldViolation { Field = e.Path, Description = Describe(e) }));

    /// <summary>Every error of a selector, with its path.</summary>
    public static RpcException InvalidSelector(IReadOnlyList<PolicyError> errors) => Invalid(
        errors.Count == 1 ? "The selector has an error." : $"The selector has {errors.Count} errors.",
        errors.Select(e => new FieldViolation { Field = e.Path, Description = Describe(e) }));

    /// <summary>Every error of an actor.</summary>
    public static RpcException InvalidActor(IReadOnlyList<PolicyError> errors) => Invalid(
        $"The actor is wrong: {errors[0].Message} {errors[0].Hint}",
        errors.Select(e => new FieldViolation { Field = "act", Description = $"{e.Message} {e.Hint}" }));

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

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static RpcException Precondition(string message, ErrorInfo info) => new Google.Rpc.Status
    {
        Code = (int)StatusCode.FailedPrecondition,
        Message = message,
        Details =
        {
            Any.Pack(info),
            Any.Pack(new PreconditionFailure
            {
                Violations = { new PreconditionFailure.Types.Violation { Type = info.Reason, Subject = "policy", Description = message } },
            }),
        },
    }.ToRpcException();

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
