namespace Gateway.Policy;

/// <summary>Finds what differs between two selector expressions, element by element where both are lists of the same sort.</summary>
internal static class SelectorComparer
{
    private const string EveryPacket = "every TCP packet";

    public static void Compare(string path, Selector? before, Selector? after, ChangeList changes)
    {
        switch (before, after)
        {
            case (null, null):
                break;
            case ({ } one, { } other) when one.Equals(other):
                break;
            case (AnySelector one, AnySelector other):
                Elements($"{path}.any", one.Selectors, other.Selectors, changes);
                break;
            case (AllSelector one, AllSelector other):
                Elements($"{path}.all", one.Selectors, other.Selectors, changes);
                break;
            case (NotSelector one, NotSelector other):
                Compare($"{path}.not", one.Selector, other.Selector, changes);
                break;
            case (SourceSelector one, SourceSelector other):
                Values($"{path}.src", one.Prefixes, other.Prefixes, changes);
                break;
            case (DestinationSelector one, DestinationSelector other):
                Values($"{path}.dst", one.Prefixes, other.Prefixes, changes);
                break;
            default:
                changes.Add(ChangeKind.Changed, path, () => Text(before), () => Text(after));
                break;
        }
    }

    private static string Text(Selector? selector) => selector is null ? EveryPacket : RuleText.Of(selector);

    private static void Elements(string path, ValueList<Selector> before, ValueList<Selector> after, ChangeList changes)
    {
        (List<Selector> removed, List<Selector> added) = ChangeList.Differences(before, after);
        if (removed.Count == 1 && added.Count == 1 && removed[0].GetType() == added[0].GetType())
        {
            Compare(path, removed[0], added[0], changes);
            return;
        }

        removed.ForEach(s => changes.Add(ChangeKind.Removed, path, () => RuleText.Of(s), null));
        added.ForEach(s => changes.Add(ChangeKind.Added, path, null, () => RuleText.Of(s)));

        // Only the order differs, or nothing that counts.
        if (removed.Count + added.Count == 0)
        {
            changes.Add(ChangeKind.Moved, path, null, () => "its elements");
        }
    }

    private static void Values(string path, ValueList<IpPrefix> before, ValueList<IpPrefix> after, ChangeList changes)
    {
        (List<IpPrefix> removed, List<IpPrefix> added) = ChangeList.Differences(before, after);
        removed.ForEach(p => changes.Add(ChangeKind.Removed, path, () => p.ToString(), null));
        added.ForEach(p => changes.Add(ChangeKind.Added, path, null, () => p.ToString()));
        if (removed.Count + added.Count == 0)
        {
            changes.Add(ChangeKind.Moved, path, null, () => "its prefixes");
        }
    }
}
