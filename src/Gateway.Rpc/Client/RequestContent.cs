using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>
/// The request messages of a call as the body of an HTTP/2 request: the one request, or what is written
/// while the call runs.
/// </summary>
/// <param name="single">The only request, or null for a stream.</param>
/// <param name="gzip">Whether messages are compressed.</param>
/// <param name="ended">Cancelled when the call is over.</param>
internal sealed class RequestContent(IMessage? single, bool gzip, CancellationToken ended) : HttpContent
{
    private static readonly StreamPipeWriterOptions PipeOptions = new(minimumBufferSize: 16 * 1024, leaveOpen: true);
    private static readonly MediaTypeHeaderValue GrpcContentType = new(GrpcHeaders.ContentType);

    private readonly TaskCompletionSource<MessageWriter> _writer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The writer of the stream, once the request has been sent.</summary>
    internal Task<MessageWriter> Writer => _writer.Task;

    internal RequestContent WithContentType()
    {
        Headers.ContentType = GrpcContentType;
        return this;
    }

    /// <summary>Sends what is queued and ends the request.</summary>
    internal async Task CompleteAsync()
    {
        MessageWriter writer = await _writer.Task.WaitAsync(ended).ConfigureAwait(false);
        await writer.CloseAsync(() =>
        {
            _completed.TrySetResult();
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        PipeWriter pipe = PipeWriter.Create(stream, PipeOptions);
        if (single is not null)
        {
            MessageFrame.Write(pipe, single, gzip);
            await pipe.CompleteAsync().ConfigureAwait(false);
            return;
        }

        // The server may answer before the first message, so the headers go out now.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!_writer.TrySetResult(new MessageWriter(pipe, static () => Task.CompletedTask, ended) { Gzip = gzip }))
        {
            throw new IOException("The connection was lost before the server took the call, and a stream cannot be sent again.");
        }

        await _completed.Task.WaitAsync(ended).ConfigureAwait(false);
        await pipe.CompleteAsync().ConfigureAwait(false);
    }
}
