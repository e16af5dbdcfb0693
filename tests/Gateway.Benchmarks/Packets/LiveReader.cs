using Gateway.Bpf;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Packets;

/// <summary>Counts events as the daemon reads them.</summary>
internal sealed class LiveReader : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly RingDrain _drain;
    private int _count;

    internal LiveReader(BpfMap events)
    {
        _drain = new RingDrain(events, "bench events", _ => _count++, NullLogger.Instance, TimeProvider.System);
        _drain.Start();
    }

    /// <summary>Waits until so many events came, or no more do, and says how many there were.</summary>
    internal int Count(int expected)
    {
        SpinWait.SpinUntil(() => Volatile.Read(ref _count) >= expected, s_patience);
        return Volatile.Read(ref _count);
    }

    public void Dispose() => _drain.Dispose();
}
