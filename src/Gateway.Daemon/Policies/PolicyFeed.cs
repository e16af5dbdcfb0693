using System.Collections.Immutable;
using System.Threading.Channels;
using Gateway.V1;

namespace Gateway.Daemon.Policies;

/// <summary>Hands changes of policies to those who watch. One that falls too far behind is ended.</summary>
internal sealed class PolicyFeed
{
    private const int MaxBehind = 1024;

    private ImmutableList<Channel<PolicyChange>> _watchers = [];

    /// <summary>Begins a watch; changes that are published from now on are part of it.</summary>
    public Channel<PolicyChange> Subscribe()
    {
        var watcher = Channel.CreateBounded<PolicyChange>(new BoundedChannelOptions(MaxBehind) { SingleReader = true });
        ImmutableInterlocked.Update(ref _watchers, (watchers, added) => watchers.Add(added), watcher);
        return watcher;
    }

    public void Unsubscribe(Channel<PolicyChange> watcher) =>
        ImmutableInterlocked.Update(ref _watchers, (watchers, gone) => watchers.Remove(gone), watcher);

    /// <summary>Gives a change to every watcher.</summary>
    public void Publish(PolicyChange change)
    {
        foreach (Channel<PolicyChange> watcher in _watchers)
        {
            if (!watcher.Writer.TryWrite(change))
            {
                watcher.Writer.TryComplete();
            }
        }
    }
}
