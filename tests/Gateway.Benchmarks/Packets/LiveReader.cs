using Gateway.Bpf;

namespace Gateway.Benchmarks.Packets;

/// <summary>Drains a ring of events on a thread of its own, as the daemon does.</summary>
internal sealed class LiveReader : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(1), s_patience = TimeSpan.FromSeconds(2);

    private readonly RingBuffer _ring;
    private readonly Thread _thread;
    private volatile bool _stopped;
    private int _count;

    internal LiveReader(BpfMap events)
    {
        _ring = new RingBuffer(events, _ => _count++);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits until so many events came, or no more do, and says how many there were.</summary>
    internal int Count(int expected)
    {
        SpinWait.SpinUntil(() => Volatile.Read(ref _count) >= expected, s_patience);
        return Volatile.Read(ref _count);
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _ring.Dispose();
    }

    private void Run()
    {
        while (!_stopped)
        {
            _ring.Poll(s_interval);
            _ring.Consume();
        }
    }
}
