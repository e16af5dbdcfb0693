using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Every packet of a trace, with headers.</summary>
internal sealed class TraceLog : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<TracedPacket> _packets = [];
    private Task _reading = Task.CompletedTask;

    public IReadOnlyList<TracedPacket> Packets
    {
        get
        {
            lock (_lock)
            {
                return [.. _packets];
            }
        }
    }

    /// <summary>Begins a trace, and sends connections over the path until the first packets of one have come.</summary>
    /// <param name="path">The path.</param>
    /// <param name="yaml">The selector; it must select the lab's own connections.</param>
    public static async Task<TraceLog> StartAsync(PathUnderTest path, string yaml)
    {
        var log = new TraceLog();
        log._reading = log.ReadAsync(path, yaml);
        await Wait.UntilAsync(
            async () =>
            {
                await path.Lab.PingAsync(count: 1, to: path.Lab.Paths[0].Server(path.Family));
                if (log._reading.IsFaulted)
                {
                    await log._reading;
                }

                return log.Packets.Count > 0;
            },
            "the trace's first packet",
            TimeSpan.FromSeconds(30));
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _reading;
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }

        _end.Dispose();
    }

    private async Task ReadAsync(PathUnderTest path, string yaml)
    {
        await foreach (TracedPacket packet in path.Api.Telemetry.TraceAsync(new TraceRequest { Yaml = yaml, Headers = true }, _end.Token))
        {
            lock (_lock)
            {
                _packets.Add(packet);
            }
        }
    }
}
