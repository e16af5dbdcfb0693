using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>Reads the messages of one direction of a call. One read at a time.</summary>
/// <param name="pipe">The body of the HTTP/2 stream.</param>
/// <param name="maxSize">Longest message in bytes, before and after decompression.</param>
/// <param name="gzip">Whether the peer announced gzip; a compressed message without it is an error.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without its wait handle owns nothing.")]
internal sealed class MessageReader(PipeReader pipe, int maxSize, bool gzip)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile bool _closed;

    /// <summary>Reads the next message.</summary>
    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="RpcException">The stream is not gRPC, or a message is too long.</exception>
    internal async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        if (!await _gate.WaitAsync(0, CancellationToken.None).ConfigureAwait(false))
        {
            throw new InvalidOperationException("The last read of this stream has not ended: await it first.");
        }

        try
        {
            return await ReadCoreAsync(parser, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads the only message of the stream and its end.</summary>
    /// <exception cref="RpcException">There is no message or more than one, or it is malformed or too long.</exception>
    internal async ValueTask<T> ReadSingleAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        T message = await ReadAsync(parser, cancellationToken).ConfigureAwait(false)
            ?? throw new RpcException(new Status(StatusCode.Internal, "the stream ended without a message"));
        return await ReadAsync(parser, cancellationToken).ConfigureAwait(false) is null
            ? message
            : throw new RpcException(new Status(StatusCode.Internal, "the stream has more than the one message the method takes"));
    }

    /// <summary>Ends a read that is still waiting and waits for it; every later read fails.</summary>
    internal async Task CloseAsync()
    {
        _closed = true;
        pipe.CancelPendingRead();
        await _gate.WaitAsync().ConfigureAwait(false);
        _gate.Release();
    }

    private async ValueTask<T?> ReadCoreAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            if (_closed)
            {
                throw new OperationCanceledException("The call has ended.");
            }

            ReadResult result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            SequencePosition consumed = buffer.Start;
            SequencePosition examined = buffer.End;
            try
            {
                if (MessageFrame.TryRead(ref buffer, maxSize, out bool compressed, out ReadOnlySequence<byte> payload))
                {
                    consumed = examined = payload.End;
                    return compressed && !gzip
                        ? throw new RpcException(new Status(
                            StatusCode.Internal, "a message is compressed but the call's headers name no grpc-encoding"))
                        : MessageFrame.Parse(parser, payload, compressed, maxSize);
                }

                if (result.IsCompleted)
                {
                    consumed = buffer.End;
                    return buffer.IsEmpty
                        ? null
                        : throw new RpcException(new Status(StatusCode.Internal, "the stream ended inside a message"));
                }
            }
            finally
            {
                pipe.AdvanceTo(consumed, examined);
            }
        }
    }
}
