namespace Gateway.Policy;

/// <summary>
/// A set of addresses of both families: prefixes with a mark, where the longest prefix that holds an address says
/// whether the address is in the set. 0.0.0.0/0 and ::/0 are always there. Its prefixes are those it was made of,
/// also after a complement.
/// </summary>
internal sealed class AddressSet : IEquatable<AddressSet>
{
    private readonly (IpPrefix Prefix, bool In)[] _entries;
    private readonly int[] _parents;
    private readonly int _hash;

    private AddressSet(List<(IpPrefix Prefix, bool In)> entries)
    {
        _entries = [.. entries];
        _parents = new int[_entries.Length];
        var hash = default(HashCode);
        for (int i = 0; i < _entries.Length; i++)
        {
            hash.Add(_entries[i]);
            int parent = i - 1;
            while (parent >= 0 && !_entries[parent].Prefix.Contains(_entries[i].Prefix))
            {
                parent = _parents[parent];
            }

            _parents[i] = parent;
            IsEmpty &= !_entries[i].In;
        }

        _hash = hash.ToHashCode();
    }

    public static AddressSet None { get; } = new([(IpPrefix.AllIPv4, false), (IpPrefix.AllIPv6, false)]);

    public static AddressSet All { get; } = new([(IpPrefix.AllIPv4, true), (IpPrefix.AllIPv6, true)]);

    /// <summary>In sorted order, so that a prefix comes before those inside it.</summary>
    public ReadOnlySpan<(IpPrefix Prefix, bool In)> Entries => _entries;

    /// <summary>True only for sets without any address; a set that its prefixes happen to cover up is not found.</summary>
    public bool IsEmpty { get; } = true;

    public static AddressSet Of(IReadOnlyCollection<IpPrefix> prefixes)
    {
        var marks = new SortedSet<IpPrefix>(prefixes) { IpPrefix.AllIPv4, IpPrefix.AllIPv6 };
        var wanted = new HashSet<IpPrefix>(prefixes);
        var result = new List<(IpPrefix Prefix, bool In)>(marks.Count);
        foreach (IpPrefix prefix in marks)
        {
            // What lies inside a wanted prefix says nothing new.
            bool root = prefix.Length == 0;
            if (root || !(result[^1].In && result[^1].Prefix.Contains(prefix)))
            {
                result.Add((prefix, wanted.Contains(prefix)));
            }
        }

        return new AddressSet(result);
    }

    public static AddressSet Union(IReadOnlyList<AddressSet> sets)
    {
        if (sets.Count <= 2)
        {
            return sets.Count == 1 ? sets[0] : sets[0].Union(sets[1]);
        }

        // By halves, so that many small sets do not cost the square of their number.
        var halves = new List<AddressSet>((sets.Count + 1) / 2);
        for (int i = 0; i < sets.Count; i += 2)
        {
            halves.Add(i + 1 < sets.Count ? sets[i].Union(sets[i + 1]) : sets[i]);
        }

        return Union(halves);
    }

    public AddressSet Union(AddressSet other) => Combine(other, static (a, b) => a || b);

    public AddressSet Intersect(AddressSet other)
    {
        if (ReferenceEquals(this, All) || ReferenceEquals(other, this))
        {
            return other;
        }

        return ReferenceEquals(other, All) ? this : Combine(other, static (a, b) => a && b);
    }

    public AddressSet Complement()
    {
        var entries = new List<(IpPrefix Prefix, bool In)>(_entries.Length);
        foreach ((IpPrefix prefix, bool isIn) in _entries)
        {
            entries.Add((prefix, !isIn));
        }

        return new AddressSet(entries);
    }

    /// <summary>Whether every address of the other set is in this one; may miss covers of several prefixes.</summary>
    public bool Covers(AddressSet other) =>
        ReferenceEquals(this, All) || Equals(other) || Combine(other, static (a, b) => b && !a).IsEmpty;

    public bool Contains(IpFamily family, UInt128 address)
    {
        IpPrefix host = IpPrefix.Host(family, address);
        int low = 0;
        int high = _entries.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _entries[middle].Prefix <= host ? (middle, high) : (low, middle - 1);
        }

        // The longest match is this entry or one around it.
        while (!_entries[low].Prefix.Contains(host))
        {
            low = _parents[low];
        }

        return _entries[low].In;
    }

    /// <summary>The one address of the set, when it has exactly one.</summary>
    public bool TryGetSingle(out IpPrefix host)
    {
        host = default;
        if (_entries.Length != 3)
        {
            return false;
        }

        foreach ((IpPrefix prefix, bool isIn) in _entries)
        {
            if (isIn != prefix.IsHost)
            {
                return false;
            }

            host = isIn ? prefix : host;
        }

        return host.IsHost;
    }

    public bool Equals(AddressSet? other) =>
        other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && _entries.AsSpan().SequenceEqual(other._entries)));

    public override bool Equals(object? obj) => Equals(obj as AddressSet);

    public override int GetHashCode() => _hash;

    private AddressSet Combine(AddressSet other, Func<bool, bool, bool> operation)
    {
        var result = new List<(IpPrefix Prefix, bool In)>(_entries.Length + other._entries.Length);
        var enclosing = new Stack<(IpPrefix Prefix, bool A, bool B, bool Out)>();
        int i = 0;
        int j = 0;
        while (i < _entries.Length || j < other._entries.Length)
        {
            int order = i == _entries.Length ? 1
                : j == other._entries.Length ? -1
                : _entries[i].Prefix.CompareTo(other._entries[j].Prefix);
            IpPrefix prefix = order <= 0 ? _entries[i].Prefix : other._entries[j].Prefix;
            while (enclosing.Count > 0 && !enclosing.Peek().Prefix.Contains(prefix))
            {
                enclosing.Pop();
            }

            bool root = enclosing.Count == 0;
            (_, bool a, bool b, bool outer) = root ? default : enclosing.Peek();
            a = order <= 0 ? _entries[i++].In : a;
            b = order >= 0 ? other._entries[j++].In : b;
            bool isIn = operation(a, b);
            enclosing.Push((prefix, a, b, isIn));
            if (root || isIn != outer)
            {
                result.Add((prefix, isIn));
            }
        }

        return new AddressSet(result);
    }
}
