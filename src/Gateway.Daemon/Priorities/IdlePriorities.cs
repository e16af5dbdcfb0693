using Gateway.DataPlane;

namespace Gateway.Daemon.Priorities;

/// <summary>
/// Decides which idle subflows are to be told their priority in a packet of the gateway's own: those whose wanted one
/// differs from what they were told last, as often as a passing packet would be used. Not thread-safe.
/// </summary>
internal sealed class IdlePriorities
{
    /// <summary>Times a priority is said: the first packet may be lost.</summary>
    internal const int Repeats = 2;

    private readonly Dictionary<(FlowEnd Client, FlowEnd Server, ushort Vlan), ulong> _seen = [];
    private readonly Dictionary<(FlowEnd Client, FlowEnd Server, ushort Vlan, bool FromClient), Told> _told = [];

    /// <summary>Whether another look in a second is of use: something was not said yet as often as it should.</summary>
    public bool Outstanding { get; private set; }

    /// <summary>Looks at all flows, at least a second after the last look.</summary>
    /// <returns>What to say now; each must be reported to <see cref="Say"/>.</returns>
    public IReadOnlyList<PriorityWish> Look(PriorityPolicy policy, IReadOnlyList<FlowSnapshot> flows, DateTimeOffset now)
    {
        var due = new List<PriorityWish>();
        Outstanding = false;
        foreach (FlowSnapshot flow in flows)
        {
            (FlowEnd, FlowEnd, ushort) key = (flow.Client, flow.Server, flow.Vlan);
            bool idle = _seen.TryGetValue(key, out ulong seen) && seen == flow.LastSeenJiffies;
            _seen[key] = flow.LastSeenJiffies;
            foreach (PriorityWish wish in policy.Of(flow, now).Where(IsUnsaid))
            {
                Outstanding = true;
                if (idle)
                {
                    due.Add(wish);
                }
            }
        }

        Forget(flows);
        return due;
    }

    /// <summary>Remembers that a priority was said.</summary>
    public void Say(PriorityWish wish)
    {
        int times = _told.TryGetValue(Key(wish), out Told? told) && told.Holds(wish.Way) && told.Backup == wish.Backup ? told.Times : Placed(wish);
        _told[Key(wish)] = new Told(wish.Backup, times + 1, wish.Way.PrioPlaced, wish.Way.PrioCount, wish.Way.Backup);
    }

    private bool IsUnsaid(PriorityWish wish)
    {
        if (_told.TryGetValue(Key(wish), out Told? told) && told.Holds(wish.Way))
        {
            return told.Backup != wish.Backup || told.Times < Repeats;
        }

        // What the host itself said counts until the gateway says otherwise.
        return wish.Way.PrioPlaced is null ? wish.Way.Backup != wish.Backup : Placed(wish) < Repeats;
    }

    private static int Placed(PriorityWish wish) => wish.Way.PrioPlaced == wish.Backup ? (int)Math.Min(wish.Way.PrioCount, Repeats) : 0;

    private static (FlowEnd, FlowEnd, ushort, bool) Key(PriorityWish wish) => (wish.Flow.Client, wish.Flow.Server, wish.Flow.Vlan, wish.FromClient);

    private void Forget(IReadOnlyList<FlowSnapshot> flows)
    {
        if (_seen.Count <= flows.Count)
        {
            return;
        }

        HashSet<(FlowEnd, FlowEnd, ushort)> there = [.. flows.Select(f => (f.Client, f.Server, f.Vlan))];
        foreach ((FlowEnd, FlowEnd, ushort) gone in _seen.Keys.Where(k => !there.Contains(k)).ToList())
        {
            _seen.Remove(gone);
            _told.Remove((gone.Item1, gone.Item2, gone.Item3, true));
            _told.Remove((gone.Item1, gone.Item2, gone.Item3, false));
        }
    }

    /// <summary>What was said, and what the flow table had then: when that changes, a passing packet said something since.</summary>
    private sealed record Told(bool Backup, int Times, bool? Placed, uint PlacedCount, bool HostBackup)
    {
        public bool Holds(FlowDirectionSnapshot way) => (Placed, PlacedCount, HostBackup) == (way.PrioPlaced, way.PrioCount, way.Backup);
    }
}
