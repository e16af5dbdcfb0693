using Gateway.Bpf;
using Gateway.DataPlane.Native;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// Drains the ring buffer on a thread of its own: every 50 ms, and at once when the packet programs say that it fills up.
/// </summary>
public sealed class EventReader : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly PathEventCallback _handler;
    private readonly Func<int?, string?> _nicOf;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RingBuffer _ring;
    private readonly Thread _thread;
    private KernelClock _clock;
    private volatile bool _stopped;
    private long _received;
    private long _handlerFailures;
    private long _undecodable;

    internal EventReader(BpfMap events, PathEventCallback handler, Func<int?, string?> nicOf, ILogger logger, TimeProvider time)
    {
        _handler = handler;
        _nicOf = nicOf;
        _logger = logger;
        _time = time;
        _clock = KernelClock.Read(time);
        _ring = new RingBuffer(events, Receive);
        _thread = new Thread(Run) { IsBackground = true, Name = "path events" };
        _thread.Start();
    }

    /// <summary>Events handed over.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Events whose handler threw.</summary>
    public long HandlerFailures => Interlocked.Read(ref _handlerFailures);

    /// <summary>Records that are no events: packet programs of another build.</summary>
    public long Undecodable => Interlocked.Read(ref _undecodable);

    /// <summary>Whether it was stopped.</summary>
    internal bool IsStopped => _stopped;

    /// <summary>Stops, after the events that are there were handed over. Not from the handler.</summary>
    public void Dispose()
    {
        if (!_stopped)
        {
            _stopped = true;
            _thread.Join();
            _ring.Dispose();
        }
    }

    private void Run()
    {
        while (!_stopped)
        {
            try
            {
                _ring.Poll(s_interval);
                _clock = KernelClock.Read(_time);
                // Records sent without a wakeup do not end the poll.
                _ring.Consume();
            }
            catch (BpfException failure)
            {
                DataPlaneLog.EventReadFailed(_logger, failure);
                Thread.Sleep(s_interval);
            }
        }
    }

    private void Receive(ReadOnlySpan<byte> record)
    {
        if (!EventDecoder.TryDecode(record, _clock, _nicOf, out PathEvent decoded))
        {
            Interlocked.Increment(ref _undecodable);
            return;
        }

        try
        {
            _handler(in decoded);
            Interlocked.Increment(ref _received);
        }
#pragma warning disable CA1031 // One bad event must not end the stream.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (Interlocked.Increment(ref _handlerFailures) == 1)
            {
                DataPlaneLog.EventHandlerFailed(_logger, failure);
            }
        }
    }
}
