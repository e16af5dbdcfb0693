using Gateway.Bpf;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>Reads the packet programs' events from their ring buffer, on a thread of its own.</summary>
public sealed class EventReader : IDisposable
{
    private readonly PathEventCallback _handler;
    private readonly Func<int?, string?> _nicOf;
    private readonly ILogger _logger;
    private readonly RingDrain _drain;
    private long _received;
    private long _handlerFailures;
    private long _undecodable;

    internal EventReader(BpfMap events, PathEventCallback handler, Func<int?, string?> nicOf, ILogger logger, TimeProvider time)
    {
        _handler = handler;
        _nicOf = nicOf;
        _logger = logger;
        _drain = new RingDrain(events, "path events", Receive, logger, time);
        _drain.Start();
    }

    /// <summary>Events handed over.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Events whose handler threw.</summary>
    public long HandlerFailures => Interlocked.Read(ref _handlerFailures);

    /// <summary>Records that are no events: packet programs of another build.</summary>
    public long Undecodable => Interlocked.Read(ref _undecodable);

    /// <summary>Whether it was stopped.</summary>
    internal bool IsStopped => _drain.IsStopped;

    /// <summary>Stops, after the events that are there were handed over. Not from the handler.</summary>
    public void Dispose() => _drain.Dispose();

    private void Receive(ReadOnlySpan<byte> record)
    {
        if (!EventDecoder.TryDecode(record, _drain.Clock, _nicOf, out PathEvent decoded))
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
