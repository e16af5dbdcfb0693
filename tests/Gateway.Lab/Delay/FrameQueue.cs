using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>
/// A bounded queue of frames in one ring of bytes, for one writer and one reader. An entry is the time it is due (8 bytes),
/// its length (4) and the frame, rounded up to 8; it never wraps.
/// </summary>
internal sealed unsafe class FrameQueue : IDisposable
{
    private const int Header = 16;
    private const int Skip = -1;

    private readonly byte* _ring;
    private readonly long _capacity;
    private readonly SemaphoreSlim _filled = new(0);
    private long _head;
    private long _tail;

    public FrameQueue(int capacity)
    {
        _capacity = capacity;

        // The mark that skips the end of the ring may itself begin in its last bytes.
        _ring = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity + Header), 64);
    }

    /// <summary>Room for a frame of up to <paramref name="most"/> bytes; empty when the queue is full.</summary>
    public Span<byte> Reserve(int most)
    {
        long need = Header + most, at = _head % _capacity;
        if (at + need > _capacity)
        {
            long rest = _capacity - at;
            if (_head + rest + need - Volatile.Read(ref _tail) > _capacity)
            {
                return [];
            }

            *(int*)(_ring + at + 8) = Skip;
            Volatile.Write(ref _head, _head + rest);
            at = 0;
        }
        else if (_head + need - Volatile.Read(ref _tail) > _capacity)
        {
            return [];
        }

        return new Span<byte>(_ring + at + Header, most);
    }

    /// <summary>Queues the frame written into the reserved room.</summary>
    public void Commit(int length, long due)
    {
        byte* entry = _ring + (_head % _capacity);
        *(long*)entry = due;
        *(int*)(entry + 8) = length;
        Volatile.Write(ref _head, _head + Size(length));
        _filled.Release();
    }

    /// <summary>Waits for the oldest frame.</summary>
    public ReadOnlySpan<byte> Peek(out long due)
    {
        _filled.Wait();
        byte* entry = _ring + (_tail % _capacity);
        if (*(int*)(entry + 8) == Skip)
        {
            Volatile.Write(ref _tail, _tail + _capacity - (_tail % _capacity));
            entry = _ring;
        }

        due = *(long*)entry;
        return new ReadOnlySpan<byte>(entry + Header, *(int*)(entry + 8));
    }

    /// <summary>Drops the frame that <see cref="Peek"/> returned.</summary>
    public void Release(int length) => Volatile.Write(ref _tail, _tail + Size(length));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_ring);
        _filled.Dispose();
    }

    private static long Size(int length) => Header + ((length + 7L) & ~7L);
}
