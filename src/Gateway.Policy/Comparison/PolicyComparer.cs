using System.Globalization;

namespace Gateway.Policy;

/// <summary>Finds what differs between two policies, by chain and rule. Pure.</summary>
public static class PolicyComparer
{
    /// <summary>Changes that are listed of a chain unless asked otherwise.</summary>
    public const int DefaultLimit = 1000;

    /// <summary>Compares two policies; the names of the policies themselves are not compared.</summary>
    /// <param name="before">Null = there is none.</param>
    /// <param name="after">Null = there is none.</param>
    /// <param name="limit">Changes that are listed of a chain.</param>
    public static PolicyDifference Compare(PolicyDocument? before, PolicyDocument? after, int limit = DefaultLimit)
    {
        IReadOnlyList<Chain> old = before?.Chains ?? [];
        Dictionary<string, Chain> byName = old.ToDictionary(c => c.Name, StringComparer.Ordinal);
        HashSet<string> moved = Moved(old, after?.Chains ?? []);
        var differences = new List<ChainDifference>();
        int unchanged = 0;
        foreach (Chain chain in after?.Chains ?? [])
        {
            if (!byName.Remove(chain.Name, out Chain? was))
            {
                differences.Add(Alone(chain, ChangeKind.Added, limit));
            }
            else if (!was.Equals(chain))
            {
                differences.Add(Changed(was, chain, limit));
            }
            else if (moved.Contains(chain.Name))
            {
                differences.Add(new ChainDifference(chain.Name, ChangeKind.Moved, [], 0));
            }
            else
            {
                unchanged++;
            }
        }

        differences.AddRange(old.Where(c => byName.ContainsKey(c.Name)).Select(c => Alone(c, ChangeKind.Removed, limit)));
        return new PolicyDifference(differences, unchanged);
    }

    /// <summary>Everything a chain consists of.</summary>
    private static ChainDifference Alone(Chain chain, ChangeKind kind, int limit)
    {
        var changes = new ChangeList(limit);
        void Add(string path, Func<string> text) =>
            changes.Add(kind, path, kind == ChangeKind.Removed ? text : null, kind == ChangeKind.Removed ? null : text);

        Add("priority", () => Text(chain.Priority));
        Add("hooks", () => Text(chain.Hooks));
        if (chain.Ports.Count > 0)
        {
            Add("ports", () => chain.Ports.ToString());
        }

        if (chain.Select is AnySelector any)
        {
            foreach (Selector selector in any.Selectors)
            {
                Add("select.any", () => RuleText.Of(selector));
            }
        }
        else if (chain.Select is { } select)
        {
            Add("select", () => RuleText.Of(select));
        }

        foreach (Actor actor in chain.Actors)
        {
            Add("actors", () => RuleText.Of(actor));
        }

        return new ChainDifference(chain.Name, kind, changes.Changes, changes.Omitted);
    }

    private static ChainDifference Changed(Chain before, Chain after, int limit)
    {
        var changes = new ChangeList(limit);
        if (before.Priority != after.Priority)
        {
            changes.Add(ChangeKind.Changed, "priority", () => Text(before.Priority), () => Text(after.Priority));
        }

        if (before.Hooks != after.Hooks)
        {
            changes.Add(ChangeKind.Changed, "hooks", () => Text(before.Hooks), () => Text(after.Hooks));
        }

        if (!before.Ports.Equals(after.Ports))
        {
            changes.Add(ChangeKind.Changed, "ports", () => Text(before.Ports), () => Text(after.Ports));
        }

        ActorComparer.Compare(before.Actors, after.Actors, changes);
        SelectorComparer.Compare("select", before.Select, after.Select, changes);
        return new ChainDifference(after.Name, ChangeKind.Changed, changes.Changes, changes.Omitted);
    }

    /// <summary>
    /// Chains that stand elsewhere among those of their priority: of all the rest, the order is the same. Chains of
    /// different priorities may trade places freely.
    /// </summary>
    private static HashSet<string> Moved(IReadOnlyList<Chain> before, IReadOnlyList<Chain> after)
    {
        Dictionary<string, (int Place, int Priority)> places = before
            .Select((chain, place) => (chain, place))
            .ToDictionary(c => c.chain.Name, c => (c.place, c.chain.Priority), StringComparer.Ordinal);
        var moved = new HashSet<string>(StringComparer.Ordinal);
        foreach (IGrouping<int, Chain> equals in after.GroupBy(c => c.Priority))
        {
            Chain[] common = [.. equals.Where(c => places.TryGetValue(c.Name, out (int Place, int Priority) was) && was.Priority == c.Priority)];
            int[] kept = Rising([.. common.Select(c => places[c.Name].Place)]);
            moved.UnionWith(common.Where((_, i) => Array.BinarySearch(kept, i) < 0).Select(c => c.Name));
        }

        return moved;
    }

    /// <summary>Indexes of a longest rising subsequence, in order.</summary>
    private static int[] Rising(int[] values)
    {
        // The index of the smallest end of a rising sequence of each length, and what stands before each value.
        var ends = new List<int>();
        int[] before = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int length = ends.FindIndex(end => values[end] >= values[i]);
            length = length < 0 ? ends.Count : length;
            before[i] = length == 0 ? -1 : ends[length - 1];
            if (length == ends.Count)
            {
                ends.Add(i);
            }
            else
            {
                ends[length] = i;
            }
        }

        int[] rising = new int[ends.Count];
        for (int at = ends.Count == 0 ? -1 : ends[^1], place = ends.Count - 1; at >= 0; at = before[at], place--)
        {
            rising[place] = at;
        }

        return rising;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Hooks hooks) => hooks switch
    {
        Hooks.Ingress => "[ingress]",
        Hooks.Egress => "[egress]",
        _ => "[ingress, egress]",
    };

    private static string Text(ValueList<string> ports) => ports.Count == 0 ? "all ports" : ports.ToString();
}
