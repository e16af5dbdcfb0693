namespace Gateway.Rpc;

/// <summary>
/// A call that ended with a status other than OK. Thrown by a handler it becomes the status and the trailers
/// of the call; thrown by a client it holds what the server sent.
/// </summary>
public sealed class RpcException : Exception
{
    /// <summary>Creates the exception for <paramref name="status"/> without trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>Creates the exception for <paramref name="status"/>.</summary>
    /// <param name="status">The outcome; its code is not OK.</param>
    /// <param name="trailers">Metadata that follows the status.</param>
    /// <param name="innerException">The local cause; never sent to the peer.</param>
    /// <exception cref="ArgumentException">The status is OK.</exception>
    public RpcException(Status status, Metadata trailers, Exception? innerException = null)
        : base($"{status.StatusCode}: {status.Detail}", innerException)
    {
        if (status.StatusCode == StatusCode.OK)
        {
            throw new ArgumentException("A call that succeeded has no exception: return instead.", nameof(status));
        }

        Status = status;
        Trailers = trailers;
    }

    /// <summary>The outcome of the call.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Metadata that came with the status.</summary>
    public Metadata Trailers { get; }
}
