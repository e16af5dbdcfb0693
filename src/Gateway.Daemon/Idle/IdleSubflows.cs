using Gateway.DataPlane;

namespace Gateway.Daemon.Idle;

/// <summary>
/// Decides which idle subflows are to be told what the policy wants of them in a packet of the gateway's own: those
/// that were told something else last, as often as a passing packet would be used. Not thread-safe.
/// </summary>
internal sealed class IdleSubflows
{
    /// <summary>Times a thing is said: the first packet may be lost.</summary>
    internal const int Repeats = 2;

    private readonly Dictionary<(FlowEnd Client, FlowEnd Server, ushort Vlan), ulong> _seen = [];
    private readonly Dictionary<(FlowEnd Client, FlowEnd Server, ushort Vlan, bool FromClient), Told> _told = [];

    /// <summary>Whether another look in a second is of use: something was not said yet as often as it should.</summary>
    public bool Outstanding { get; private set; }

    /// <summary>Looks at all flows, at least a second after the last look.</summary>
    /// <returns>What to say now; each must be reported to <see cref="Say"/>.</returns>
    public IReadOnlyList<IdleWish> Look(IdlePolicy policy, IReadOnlyList<FlowSnapshot> flows, DateTimeOffset now)
    {
        var due = new List<IdleWish>();
        Outstanding = false;
        foreach (FlowSnapshot flow in flows)
        {
            (FlowEnd, FlowEnd, ushort) key = (flow.Client, flow.Server, flow.Vlan);
            bool idle = _seen.TryGetValue(key, out ulong seen) && seen == flow.LastSeenJiffies;
            _seen[key] = flow.LastSeenJiffies;
            foreach (IdleWish wish in policy.Of(flow, now).Where(IsUnsaid))
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

    /// <summary>Remembers that something was said.</summary>
    public void Say(IdleWish wish)
    {
        int times = TimesSaid(wish) ?? wish.Placed ?? 0;
        _told[Key(wish)] = new Told(wish.Says, times + 1, Facts(wish.Way));
    }

    /// <summary>Whether it is to be said, now or once more.</summary>
    public bool IsUnsaid(IdleWish wish) => (TimesSaid(wish) ?? wish.Placed) switch
    {
        int times => times < Repeats,

        // What the host itself said counts until the gateway says otherwise.
        null => wish is not PriorityWish priority || wish.Way.PrioPlaced is not null || wish.Way.Backup != priority.Backup,
    };

    /// <summary>Null: no word of the gateway's own stands.</summary>
    private int? TimesSaid(IdleWish wish) =>
        _told.TryGetValue(Key(wish), out Told? told) && told.Facts == Facts(wish.Way) ? told.Says == wish.Says ? told.Times : 0 : null;

    /// <summary>When one of them changes, a passing packet said something since.</summary>
    private static (bool?, uint, bool, int) Facts(FlowDirectionSnapshot way) => (way.PrioPlaced, way.PrioCount, way.Backup, way.CloseCount);

    private static (FlowEnd, FlowEnd, ushort, bool) Key(IdleWish wish) => (wish.Flow.Client, wish.Flow.Server, wish.Flow.Vlan, wish.FromClient);

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

    private sealed record Told(string Says, int Times, (bool?, uint, bool, int) Facts);
}
