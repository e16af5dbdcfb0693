using System.Runtime.CompilerServices;

namespace Gateway.Rpc;

/// <summary>Reading a stream as an asynchronous sequence.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>All messages that remain, until the peer has sent its last.</summary>
    /// <exception cref="RpcException">The call failed, or the stream is not gRPC.</exception>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        while (await reader.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            yield return reader.Current;
        }
    }

    /// <summary>Waits for the next message.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.MoveNext(CancellationToken.None);
    }
}
