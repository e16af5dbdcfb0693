using System.Threading.Channels;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.Daemon.Telemetry;

/// <summary>
/// One trace from its begin to its end: packets of the running policy through a bounded queue that leaves out the newest and
/// counts them.
/// </summary>
internal sealed class PacketTrace : IDisposable
{
    private const int Capacity = 8192;
    private static readonly TimeSpan s_countEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<CapturedPacket> _queue = Channel.CreateBounded<CapturedPacket>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly KernelDataPlane _dataPlane;
    private readonly PolicyControl _policies;
    private readonly TimeProvider _time;
    private readonly CaptureReader _reader;
    private readonly uint _before;
    private long _leftOut;
    private ulong _lostInKernel;
    private long _counted;

    /// <summary>Begins a trace: every packet that passes from now on counts.</summary>
    /// <exception cref="Rpc.RpcException">As <see cref="PolicyControl.BeginCapture"/>.</exception>
    public PacketTrace(KernelDataPlane dataPlane, PolicyControl policies, TimeProvider time, Selector select)
    {
        (_dataPlane, _policies, _time) = (dataPlane, policies, time);
        _lostInKernel = LostInKernel();
        _counted = time.GetTimestamp();

        // What another trace left in the ring is of an older generation.
        _before = dataPlane.NewestGeneration;
        policies.BeginCapture(select);
        try
        {
            _reader = dataPlane.ReadCaptures(Take);
        }
        catch
        {
            policies.EndCapture();
            throw;
        }
    }

    /// <summary>The next packet.</summary>
    public ValueTask<CapturedPacket> TakeAsync(CancellationToken cancellationToken) => _queue.Reader.ReadAsync(cancellationToken);

    /// <summary>Packets that were left out since this was asked last; the kernel's count is read once a second.</summary>
    public ulong TakeLost()
    {
        ulong leftOut = (ulong)Interlocked.Exchange(ref _leftOut, 0);
        if (_time.GetElapsedTime(_counted) >= s_countEvery)
        {
            _counted = _time.GetTimestamp();
            ulong lost = LostInKernel();
            // Counters of a port that was detached are gone.
            leftOut += lost > _lostInKernel ? lost - _lostInKernel : 0;
            _lostInKernel = lost;
        }

        return leftOut;
    }

    public void Dispose()
    {
        try
        {
            _policies.EndCapture();
        }
        finally
        {
            _reader.Dispose();
        }
    }

    private void Take(CapturedPacket packet)
    {
        if (packet.Event.Generation > _before && !_queue.Writer.TryWrite(packet))
        {
            Interlocked.Increment(ref _leftOut);
        }
    }

    private ulong LostInKernel() => _dataPlane.ReadCounters().Ports
        .SelectMany(port => port.Reasons)
        .Where(count => count.Reason == Reason.CaptureLost)
        .Aggregate(0ul, (sum, count) => sum + count.Packets);
}
