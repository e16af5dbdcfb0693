using System.Collections.Immutable;
using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.V1;

namespace Gateway.Daemon.Telemetry;

/// <summary>
/// Hands every event of the packet programs to the connection tracker and to those who subscribed. A slow
/// subscriber never slows the others or the reader down.
/// </summary>
internal sealed class EventFeed(KernelDataPlane dataPlane, ConnectionTracker tracker)
{
    private readonly Lock _lock = new();
    private ImmutableArray<EventSubscription> _subscriptions = [];

    /// <summary>Takes an event of the ring buffer; called by one thread.</summary>
    public void Take(in PathEvent seen)
    {
        tracker.Observe(in seen);
        ImmutableArray<EventSubscription> subscriptions = _subscriptions;
        if (subscriptions.IsEmpty)
        {
            return;
        }

        Event message = EventMessages.Of(in seen, dataPlane.FindGeneration);
        foreach (EventSubscription subscription in subscriptions)
        {
            subscription.Offer(message);
        }
    }

    public EventSubscription Subscribe()
    {
        var subscription = new EventSubscription(Unsubscribe);
        lock (_lock)
        {
            _subscriptions = _subscriptions.Add(subscription);
        }

        return subscription;
    }

    private void Unsubscribe(EventSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions = _subscriptions.Remove(subscription);
        }
    }
}
