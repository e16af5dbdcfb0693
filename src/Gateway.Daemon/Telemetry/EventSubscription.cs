using System.Threading.Channels;
using Gateway.V1;

namespace Gateway.Daemon.Telemetry;

/// <summary>Events for one subscriber: a bounded queue that loses the oldest and counts them.</summary>
internal sealed class EventSubscription : IDisposable
{
    /// <summary>Events that wait for a slow subscriber.</summary>
    public const int Capacity = 8192;

    private readonly Action<EventSubscription> _unsubscribe;
    private readonly Channel<Event> _queue;
    private long _lost;

    public EventSubscription(Action<EventSubscription> unsubscribe, int capacity = Capacity)
    {
        _unsubscribe = unsubscribe;
        _queue = Channel.CreateBounded<Event>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _lost));
    }

    public void Offer(Event message) => _queue.Writer.TryWrite(message);

    /// <summary>The next event; KIND_LOST where some are missing.</summary>
    public async ValueTask<Event> TakeAsync(CancellationToken cancellationToken)
    {
        await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        long lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0)
        {
            return new Event
            {
                Kind = Event.Types.Kind.Lost,
                Lost = (ulong)lost,
                Text = $"{lost} events were lost here: this reader is too slow.",
            };
        }

        return await _queue.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _unsubscribe(this);
}
