namespace Gateway.Rpc;

/// <summary>Messages to send on a stream. Safe for concurrent writers; each message goes out whole.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>
    /// Queues a message. It is sent at once when the connection is idle, else together with others; completes
    /// late when the peer does not keep up.
    /// </summary>
    /// <param name="message">The message; serialised before the first wait for the network.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The call has ended: cancelled, past its deadline, or lost.</exception>
    public Task WriteAsync(T message, CancellationToken cancellationToken = default);
}
