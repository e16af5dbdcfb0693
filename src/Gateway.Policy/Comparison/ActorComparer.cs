namespace Gateway.Policy;

/// <summary>Finds what differs between two lists of actors: their order counts.</summary>
internal static class ActorComparer
{
    private const string Path = "actors";

    public static void Compare(ValueList<Actor> before, ValueList<Actor> after, ChangeList changes)
    {
        (List<Actor> removed, List<Actor> added) = OutsideCommon(before, after);
        foreach (Actor actor in removed)
        {
            if (added.Remove(actor))
            {
                changes.Add(ChangeKind.Moved, Path, () => RuleText.Of(actor), () => RuleText.Of(actor));
            }
            else if (added.Find(a => a.GetType() == actor.GetType()) is { } successor)
            {
                added.Remove(successor);
                changes.Add(ChangeKind.Changed, Path, () => RuleText.Of(actor), () => RuleText.Of(successor));
            }
            else
            {
                changes.Add(ChangeKind.Removed, Path, () => RuleText.Of(actor), null);
            }
        }

        added.ForEach(a => changes.Add(ChangeKind.Added, Path, null, () => RuleText.Of(a)));
    }

    /// <summary>What is not in the longest common subsequence.</summary>
    private static (List<Actor> Removed, List<Actor> Added) OutsideCommon(ValueList<Actor> before, ValueList<Actor> after)
    {
        int[,] length = new int[before.Count + 1, after.Count + 1];
        for (int i = before.Count - 1; i >= 0; i--)
        {
            for (int j = after.Count - 1; j >= 0; j--)
            {
                length[i, j] = before[i].Equals(after[j]) ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
            }
        }

        var removed = new List<Actor>();
        var added = new List<Actor>();
        int one = 0, other = 0;
        while (one < before.Count || other < after.Count)
        {
            if (one < before.Count && other < after.Count && before[one].Equals(after[other]))
            {
                one++;
                other++;
            }
            else if (other == after.Count || (one < before.Count && length[one + 1, other] >= length[one, other + 1]))
            {
                removed.Add(before[one++]);
            }
            else
            {
                added.Add(after[other++]);
            }
        }

        return (removed, added);
    }
}
