using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Everything a subscriber of the event stream received.</summary>
internal sealed class EventLog : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<Event> _events = [];
    private readonly Task _reading;

    private EventLog(GatewayClient client) => _reading = ReadAsync(client);

    public IReadOnlyList<Event> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Subscribes, and sends connections over the path until the first events of one have come.</summary>
    public static async Task<EventLog> SubscribeAsync(PathUnderTest path)
    {
        var log = new EventLog(path.Api);
        await Wait.UntilAsync(
            async () =>
            {
                await path.Lab.PingAsync(count: 1, to: path.Lab.Paths[0].Server(path.Family));
                return log.Events.Count > 0;
            },
            "the stream's first event",
            TimeSpan.FromSeconds(30));
        return log;
    }

    /// <summary>Waits for an event.</summary>
    public async Task<Event> WaitForAsync(Func<Event, bool> condition, string what)
    {
        try
        {
            await Wait.UntilAsync(() => Events.Any(condition), what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Came:\n{string.Join('\n', Events.Select(x => x.Text))}", e);
        }

        return Events.First(condition);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _end.Dispose();
    }

    private async Task ReadAsync(GatewayClient client)
    {
        try
        {
            await foreach (Event one in client.Telemetry.EventsAsync(_end.Token))
            {
                lock (_lock)
                {
                    _events.Add(one);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The subscriber has enough.
        }
    }
}
