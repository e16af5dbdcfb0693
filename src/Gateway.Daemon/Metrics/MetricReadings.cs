using Gateway.Bpf;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Metrics;

/// <summary>Reads the kernel's counters for all instruments of one collection at once.</summary>
internal sealed partial class MetricReadings(KernelDataPlane dataPlane, TimeProvider time, ILogger<MetricReadings> logger)
{
    /// <summary>How long a reading serves: the instruments of a collection are asked one after the other.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private MetricReading? _reading;
    private long _taken;
    private string? _lastFailure;

    /// <summary>What the kernel says now; null when it cannot be asked.</summary>
    public MetricReading? Take()
    {
        lock (_lock)
        {
            if (_reading is null || time.GetElapsedTime(_taken) >= s_lifetime)
            {
                _reading = Read();
                _taken = time.GetTimestamp();
            }

            return _reading;
        }
    }

    private MetricReading? Read()
    {
        try
        {
            var reading = new MetricReading(dataPlane.ReadCounters(), dataPlane.Ports, dataPlane.Applied, dataPlane.NewestGeneration);
            _lastFailure = null;
            return reading;
        }
        catch (Exception failure) when (failure is DataPlaneException or BpfException or ObjectDisposedException)
        {
            if (_lastFailure != failure.Message)
            {
                _lastFailure = failure.Message;
                LogFailure(logger, failure.Message);
            }

            return null;
        }
    }

    [LoggerMessage(1601, LogLevel.Warning, "Metrics of the packet programs cannot be read: {Failure}")]
    private static partial void LogFailure(ILogger logger, string failure);
}
