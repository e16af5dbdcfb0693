using System.Buffers;

namespace Gateway.Rpc;

/// <summary>
/// Growing bytes on the shared array pool, written to as a buffer or as a stream. Refuses to grow past a
/// limit, so that a small compressed message cannot fill the memory.
/// </summary>
internal sealed class PooledBuffer(int limit) : Stream, IBufferWriter<byte>
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(4096);
    private int _length;

    internal ReadOnlySpan<byte> Written => _array.AsSpan(0, _length);

    internal byte[] Array => _array;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > limit - _length)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"the decompressed message is longer than the limit of {limit} bytes"));
        }

        Reserve(buffer.Length);
        buffer.CopyTo(_array.AsSpan(_length));
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        byte[] array = Interlocked.Exchange(ref _array, []);
        if (array.Length != 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        base.Dispose(disposing);
    }

    private void Reserve(int count)
    {
        if (count <= _array.Length - _length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.Length * 2L, System.Array.MaxLength - count) + count);
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
