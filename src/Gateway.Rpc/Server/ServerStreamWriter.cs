using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>The responses of a call.</summary>
internal sealed class ServerStreamWriter<T>(ServerCall call) : IServerStreamWriter<T>
    where T : class, IMessage<T>
{
    public Task WriteAsync(T message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return call.Writer.WriteAsync(message, last: false, cancellationToken);
    }
}
