namespace Gateway.Rpc;

/// <summary>Messages that arrive on a stream. One reader at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message of the last <see cref="MoveNext"/> that returned true.</summary>
    public T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the peer has sent its last message.</returns>
    /// <exception cref="RpcException">The call failed, or the stream is not gRPC.</exception>
    public Task<bool> MoveNext(CancellationToken cancellationToken);
}
