using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>The requests of a call, on the client.</summary>
internal sealed class ClientStreamWriter<T>(RequestContent content, CancellationToken ended) : IClientStreamWriter<T>
    where T : class, IMessage<T>
{
    public async Task WriteAsync(T message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        MessageWriter writer = content.Writer.IsCompletedSuccessfully
            ? content.Writer.Result
            : await content.Writer.WaitAsync(ended).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await writer.WriteAsync(message, last: false, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new OperationCanceledException("The call has ended; its status is with the responses.", exception);
        }
    }

    public Task CompleteAsync() => content.CompleteAsync();
}
