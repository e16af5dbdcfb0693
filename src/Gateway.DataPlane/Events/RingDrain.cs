using Gateway.Bpf;
using Gateway.DataPlane.Native;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// Drains a ring buffer on a thread of its own: every 50 ms, and at once when the packet programs say that it fills up.
/// </summary>
internal sealed class RingDrain : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RingBuffer _ring;
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="ring">The ring buffer.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="receive">Receives each record, on that thread.</param>
    /// <param name="logger">For what fails.</param>
    /// <param name="time">Wall clock.</param>
    internal RingDrain(BpfMap ring, string name, RingBufferHandler receive, ILogger logger, TimeProvider time)
    {
        _logger = logger;
        _time = time;
        Clock = KernelClock.Read(time);
        _ring = new RingBuffer(ring, receive);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>What turns the kernel's times into wall clock, read before each round.</summary>
    internal KernelClock Clock { get; private set; }

    /// <summary>Whether it was stopped.</summary>
    internal bool IsStopped => _stopped;

    internal void Start() => _thread.Start();

    /// <summary>Stops, after the records that are there were handed over. Not from the callback.</summary>
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
                Clock = KernelClock.Read(_time);
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
}
