namespace Gateway.Policy;

/// <summary>A set of port numbers (0-65535) as sorted ranges with gaps between them.</summary>
internal sealed class PortSet : IEquatable<PortSet>
{
    private readonly PortRange[] _ranges;

    private PortSet(PortRange[] ranges) => _ranges = ranges;

    public static PortSet None { get; } = new([]);

    public static PortSet All { get; } = new([new PortRange(0, ushort.MaxValue)]);

    public ReadOnlySpan<PortRange> Ranges => _ranges;

    public bool IsEmpty => _ranges.Length == 0;

    public static PortSet Of(IEnumerable<PortRange> ranges)
    {
        var joined = new List<PortRange>();
        foreach (PortRange range in ranges.OrderBy(r => r.First))
        {
            if (joined.Count > 0 && range.First <= joined[^1].Last + 1)
            {
                joined[^1] = new PortRange(joined[^1].First, Math.Max(joined[^1].Last, range.Last));
            }
            else
            {
                joined.Add(range);
            }
        }

        return new PortSet([.. joined]);
    }

    public static PortSet Union(IEnumerable<PortSet> sets) => Of(sets.SelectMany(s => s._ranges));

    public PortSet Intersect(PortSet other)
    {
        if (ReferenceEquals(this, All) || ReferenceEquals(this, other))
        {
            return other;
        }

        if (ReferenceEquals(other, All))
        {
            return this;
        }

        var common = new List<PortRange>();
        int i = 0;
        int j = 0;
        while (i < _ranges.Length && j < other._ranges.Length)
        {
            ushort first = Math.Max(_ranges[i].First, other._ranges[j].First);
            ushort last = Math.Min(_ranges[i].Last, other._ranges[j].Last);
            if (first <= last)
            {
                common.Add(new PortRange(first, last));
            }

            if (_ranges[i].Last < other._ranges[j].Last)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return new PortSet([.. common]);
    }

    public PortSet Complement()
    {
        var gaps = new List<PortRange>();
        int next = 0;
        foreach (PortRange range in _ranges)
        {
            if (range.First > next)
            {
                gaps.Add(new PortRange((ushort)next, (ushort)(range.First - 1)));
            }

            next = range.Last + 1;
        }

        if (next <= ushort.MaxValue)
        {
            gaps.Add(new PortRange((ushort)next, ushort.MaxValue));
        }

        return new PortSet([.. gaps]);
    }

    public bool Covers(PortSet other) => ReferenceEquals(this, All) || Intersect(other).Equals(other);

    public bool Contains(ushort port) => Array.Exists(_ranges, r => r.Contains(port));

    /// <summary>The one port of the set, when it has exactly one.</summary>
    public bool TryGetSingle(out ushort port)
    {
        port = _ranges.Length == 1 ? _ranges[0].First : (ushort)0;
        return _ranges.Length == 1 && _ranges[0].First == _ranges[0].Last;
    }

    public bool Equals(PortSet? other) =>
        other is not null && (ReferenceEquals(this, other) || _ranges.AsSpan().SequenceEqual(other._ranges));

    public override bool Equals(object? obj) => Equals(obj as PortSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (PortRange range in _ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }
}
