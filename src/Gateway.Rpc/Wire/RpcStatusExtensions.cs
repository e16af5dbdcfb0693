using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Gateway.Rpc;

/// <summary>
/// Errors with details a program can act on: google.rpc.Status in the trailer grpc-status-details-bin.
/// </summary>
public static class RpcStatusExtensions
{
    /// <summary>Clients refuse trailers over 8 KiB; base64 makes this 5.4 KiB.</summary>
    private const int MaxDetailsLength = 4096;

    /// <summary>
    /// The exception that sends this status. Details over 4 KiB are shortened, because clients refuse long
    /// trailers: a BadRequest loses its last violations and says how many, then whole details go, last first.
    /// </summary>
    /// <param name="status">Code (not OK), message and details.</param>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        Metadata trailers = new() { { GrpcHeaders.StatusDetails, Shortened(status).ToByteArray() } };
        return new RpcException(new Status((StatusCode)status.Code, status.Message), trailers);
    }

    /// <summary>The status with details the server sent, or null when it sent none or not a valid one.</summary>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        try
        {
            return exception.Trailers.GetValueBytes(GrpcHeaders.StatusDetails) is { } bytes
                ? Google.Rpc.Status.Parser.ParseFrom(bytes)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The first detail of type <typeparamref name="T"/>, or null.</summary>
    public static T? GetDetail<T>(this Google.Rpc.Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        foreach (Any detail in status.Details)
        {
            if (detail.TryUnpack(out T message))
            {
                return message;
            }
        }

        return null;
    }

    private static Google.Rpc.Status Shortened(Google.Rpc.Status status)
    {
        if (status.CalculateSize() <= MaxDetailsLength)
        {
            return status;
        }

        Google.Rpc.Status shortened = status.Clone();
        if (shortened.Message.Length > MaxDetailsLength / 4)
        {
            shortened.Message = shortened.Message[..(MaxDetailsLength / 4)] + "…";
        }

        for (int i = 0; i < shortened.Details.Count; i++)
        {
            if (shortened.Details[i].TryUnpack(out BadRequest request))
            {
                int others = shortened.CalculateSize() - shortened.Details[i].CalculateSize();
                shortened.Details[i] = Any.Pack(Shortened(request, Math.Max(MaxDetailsLength - others, 256)));
            }
        }

        while (shortened.Details.Count > 0 && shortened.CalculateSize() > MaxDetailsLength)
        {
            shortened.Details.RemoveAt(shortened.Details.Count - 1);
        }

        return shortened;
    }

    private static BadRequest Shortened(BadRequest request, int size)
    {
        // What the Any around it and the closing violation take.
        size -= 128;
        BadRequest shortened = new();
        foreach (BadRequest.Types.FieldViolation violation in request.FieldViolations)
        {
            shortened.FieldViolations.Add(violation);
            if (shortened.CalculateSize() > size)
            {
                shortened.FieldViolations.RemoveAt(shortened.FieldViolations.Count - 1);
                break;
            }
        }

        int left = request.FieldViolations.Count - shortened.FieldViolations.Count;
        if (left > 0)
        {
            shortened.FieldViolations.Add(new BadRequest.Types.FieldViolation { Description = $"and {left} more" });
        }

        return shortened;
    }
}
