using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>
/// Reads records that programs put into a BPF ring buffer. One thread at a time reads; the handler runs on
/// that thread.
/// </summary>
public sealed unsafe class RingBuffer : IDisposable
{
    private readonly RingBufferHandler _handler;
    private readonly RingBufferHandle _handle;
    private readonly Lock _reader = new();
    private ExceptionDispatchInfo? _failure;

    /// <summary>Maps the ring buffer's memory.</summary>
    /// <param name="map">A map of type <see cref="BpfMapType.RingBuffer"/>; may be closed afterwards.</param>
    /// <param name="handler">Receives the records.</param>
    /// <exception cref="ArgumentException">Not a ring buffer.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public RingBuffer(BpfMap map, RingBufferHandler handler)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(handler);
        if (map.Type != BpfMapType.RingBuffer)
        {
            throw new ArgumentException($"Map '{map.Name}' is a {map.Type}, not a ring buffer.", nameof(map));
        }

        _handler = handler;
        using LibbpfOutput output = LibbpfOutput.Capture();
        var context = GCHandle.Alloc(this, GCHandleType.Weak);
        nint pointer = Libbpf.ring_buffer__new(map.Handle, &OnSample, GCHandle.ToIntPtr(context), null);
        if (pointer == 0)
        {
            int error = Marshal.GetLastPInvokeError();
            context.Free();
            throw BpfException.From(error, $"Opening ring buffer '{map.Name}'");
        }

        _handle = new RingBufferHandle(pointer, context);
    }

    /// <summary>Waits for records and hands them over.</summary>
    /// <param name="timeout">Longest wait for the first record; <see cref="Timeout.InfiniteTimeSpan"/> to wait for good.</param>
    /// <returns>Number of records handled; 0 on a timeout or a signal.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <remarks>
    /// An exception of the handler ends the call and is thrown here; its record is consumed, the following
    /// ones come with the next call.
    /// </remarks>
    public int Poll(TimeSpan timeout)
    {
        int milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue);
        lock (_reader)
        {
            return Finish(Libbpf.ring_buffer__poll(_handle, milliseconds));
        }
    }

    /// <summary>Hands over the records that are there, without waiting; also those sent without a wakeup.</summary>
    /// <returns>Number of records handled.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <remarks>See <see cref="Poll"/> for exceptions of the handler.</remarks>
    public int Consume()
    {
        lock (_reader)
        {
            return Finish(Libbpf.ring_buffer__consume(_handle));
        }
    }

    /// <summary>Unmaps the memory, after a running <see cref="Poll"/> has returned.</summary>
    public void Dispose() => _handle.Dispose();

    private int Finish(int result)
    {
        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }

        return result switch
        {
            >= 0 => result,
            -(int)Errno.EINTR => 0,
            _ => throw BpfException.From(result, "Reading a ring buffer"),
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSample(nint context, byte* data, nuint size)
    {
        if (GCHandle.FromIntPtr(context).Target is not RingBuffer ring)
        {
            return -(int)Errno.ECANCELED;
        }

        try
        {
            ring._handler(new ReadOnlySpan<byte>(data, (int)size));
            return 0;
        }
#pragma warning disable CA1031 // No exception may unwind through libbpf; Poll and Consume rethrow it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            ring._failure = ExceptionDispatchInfo.Capture(failure);
            return -(int)Errno.ECANCELED;
        }
    }
}
