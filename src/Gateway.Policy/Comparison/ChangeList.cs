namespace Gateway.Policy;

/// <summary>Collects changes and writes the texts of the first of them only: a chain may have a million rules.</summary>
internal sealed class ChangeList(int limit)
{
    private readonly List<RuleChange> _changes = [];

    public IReadOnlyList<RuleChange> Changes => _changes;

    public int Omitted { get; private set; }

    public bool IsEmpty => _changes.Count == 0;

    public void Add(ChangeKind kind, string path, Func<string>? before, Func<string>? after)
    {
        if (_changes.Count < limit)
        {
            _changes.Add(new RuleChange(kind, path, before?.Invoke() ?? "", after?.Invoke() ?? ""));
        }
        else
        {
            Omitted++;
        }
    }

    /// <summary>What only one of two lists has; how often matters, the order does not.</summary>
    public static (List<T> Removed, List<T> Added) Differences<T>(ValueList<T> before, ValueList<T> after)
        where T : notnull
    {
        var counts = new Dictionary<T, int>();
        foreach (T item in after)
        {
            counts[item] = counts.GetValueOrDefault(item) + 1;
        }

        var removed = new List<T>();
        foreach (T item in before)
        {
            if (counts.TryGetValue(item, out int count) && count > 0)
            {
                counts[item] = count - 1;
            }
            else
            {
                removed.Add(item);
            }
        }

        var added = new List<T>();
        foreach (T item in after)
        {
            if (counts.TryGetValue(item, out int count) && count > 0)
            {
                counts[item] = count - 1;
                added.Add(item);
            }
        }

        return (removed, added);
    }
}
