using Gateway.Bpf;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>Reads captured packets from their ring buffer, on a thread of its own.</summary>
public sealed class CaptureReader : IDisposable
{
    private readonly Action<CapturedPacket> _handler;
    private readonly Func<int?, string?> _nicOf;
    private readonly ILogger _logger;
    private readonly RingDrain _drain;
    private bool _failed;

    internal CaptureReader(BpfMap captures, Action<CapturedPacket> handler, Func<int?, string?> nicOf, ILogger logger, TimeProvider time)
    {
        _handler = handler;
        _nicOf = nicOf;
        _logger = logger;
        _drain = new RingDrain(captures, "captures", Receive, logger, time);
        _drain.Start();
    }

    /// <summary>Whether it was stopped.</summary>
    internal bool IsStopped => _drain.IsStopped;

    /// <summary>Stops, after the packets that are there were handed over. Not from the handler.</summary>
    public void Dispose() => _drain.Dispose();

    private void Receive(ReadOnlySpan<byte> record)
    {
        if (!EventDecoder.TryDecodeCapture(record, _drain.Clock, _nicOf, out CapturedPacket? packet))
        {
            return;
        }

        try
        {
            _handler(packet);
        }
#pragma warning disable CA1031 // One bad packet must not end the capture.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!_failed)
            {
                _failed = true;
                DataPlaneLog.EventHandlerFailed(_logger, failure);
            }
        }
    }
}
