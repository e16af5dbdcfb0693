using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Daemon.Support;

/// <summary>Sends what is written as messages of a stream.</summary>
internal sealed class BundleStream(IServerStreamWriter<SupportBundleChunk> writer) : Stream
{
    private const int MaxChunk = 64 << 10;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (int at = 0; at < buffer.Length; at += MaxChunk)
        {
            ByteString content = ByteString.CopyFrom(buffer.Span.Slice(at, Math.Min(MaxChunk, buffer.Length - at)));
            await writer.WriteAsync(new SupportBundleChunk { Content = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
