using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>The requests of a call.</summary>
internal sealed class ServerStreamReader<T>(ServerCall call, MessageParser<T> parser) : IAsyncStreamReader<T>
    where T : class, IMessage<T>
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no message: call MoveNext first.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = await call.ReadAsync(parser, cancellationToken).ConfigureAwait(false);
        return _current is not null;
    }
}
