using Gateway.Bpf;
using Gateway.DataPlane.Native;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// Drains a ring buffer on a thread of its own. The first record after a pause wakes it; others gather for a moment before it
/// looks again, unless many came. While none come it sleeps.
/// </summary>
internal sealed class RingDrain : IDisposable
{
    /// <summary>Between looks while records come, so that most need no wakeup.</summary>
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest time without a look: for records that wake nobody, and for the end of the thread.</summary>
    private static readonly TimeSpan s_sleep = TimeSpan.FromMilliseconds(250);

    /// <summary>Records at one look after which it looks again at once.</summary>
    private const int Many = 1000;

    private readonly ManualResetEventSlim _stop = new();
    private readonly ILogger _logger;
    private readonly RingBuffer _ring;
    private readonly Thread _thread;
    private bool _isNewLook;

    /// <param name="ring">The ring buffer.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="receive">Receives each record, on that thread.</param>
    /// <param name="logger">For what fails.</param>
    /// <param name="time">Wall clock.</param>
    internal RingDrain(BpfMap ring, string name, RingBufferHandler receive, ILogger logger, TimeProvider time)
    {
        _logger = logger;
        Clock = KernelClock.Read(time);
        _ring = new RingBuffer(ring, record =>
        {
            if (_isNewLook)
            {
                _isNewLook = false;
                Clock = KernelClock.Read(time);
            }

            receive(record);
        });
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    /// <summary>What turns the kernel's times into wall clock, read before the first record of each look.</summary>
    internal KernelClock Clock { get; private set; }

    /// <summary>Whether it was stopped.</summary>
    internal bool IsStopped => _stop.IsSet;

    internal void Start() => _thread.Start();

    /// <summary>Stops, after the records that are there were handed over. Not from the callback.</summary>
    public void Dispose()
    {
        if (!_stop.IsSet)
        {
            _stop.Set();
            _thread.Join();
            _ring.Dispose();
            _stop.Dispose();
        }
    }

    private void Run()
    {
        bool last;
        do
        {
            last = _stop.IsSet;
            try
            {
                _isNewLook = true;
                int records = last ? 0 : _ring.Poll(s_sleep);
                if (records == 0)
                {
                    // A record that woke nobody, of programs of another build, would keep those behind it from doing so.
                    records = _ring.Consume();
                }

                if (records is > 0 and < Many)
                {
                    _stop.Wait(s_gathering);
                }
            }
            catch (BpfException failure)
            {
                DataPlaneLog.EventReadFailed(_logger, failure);
                _stop.Wait(s_sleep);
            }
        }
        while (!last);
    }
}
