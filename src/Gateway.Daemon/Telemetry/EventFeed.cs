using System.Collections.Immutable;
using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.V1;

namespace Gateway.Daemon.Telemetry;

/// <summary>
/// Hands every event of the packet programs to the connection tracker and to those who subscribed. A slow
/// subscriber never slows the others or the reader down.
/// </summary>
internal sealed class EventFeed(
    KernelDataPlane dataPlane, ConnectionTracker tracker, MptcpLedger ledger, ConnectionKeys keys, AddressAnnouncer announcer)
{
    private readonly Lock _lock = new();
    private ImmutableArray<EventSubscription> _subscriptions = [];
    private ulong _wirePorts = WirePorts(dataPlane.Ports);
    private long _received;

    /// <summary>Events taken.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Looks again at which ports tell flows apart by VLAN.</summary>
    public void PortsChanged() => Volatile.Write(ref _wirePorts, WirePorts(dataPlane.Ports));

    /// <summary>Takes an event of the ring buffer; called by one thread.</summary>
    public void Take(in PathEvent seen)
    {
        Interlocked.Increment(ref _received);
        switch (seen.Type)
        {
            case EventType.AddressWanted:
                announcer.Ask(in seen);
                return;
            case EventType.MpCapable:
                keys.Observe(in seen);
                break;
            default:
                break;
        }

        // In host mode a packet may leave with another tag than it came with: flows there have none.
        bool tagged = (Volatile.Read(ref _wirePorts) >> seen.PortIndex & 1) != 0;
        PathEvent untagged = tagged ? seen : seen with { Vlan = 0 };
        tracker.Observe(in untagged);
        ledger.Observe(in untagged);
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

    private static ulong WirePorts(IReadOnlyList<PortInfo> ports) =>
        ports.Where(p => p.Mode == DataPlane.PortMode.Wire).Aggregate(0ul, (set, p) => set | 1ul << p.Index);

    private void Unsubscribe(EventSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions = _subscriptions.Remove(subscription);
        }
    }
}
