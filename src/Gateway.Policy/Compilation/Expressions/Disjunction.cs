namespace Gateway.Policy;

/// <summary>
/// A disjunction of conjunctions. Those that fix the whole 4-tuple are kept as tuples grouped by the rest of their
/// literals, so that a million subflows cost a million tuples and nothing more.
/// </summary>
internal sealed class Disjunction
{
    /// <summary>A product with more conjunctions than this is not expanded.</summary>
    private const int MaxProduct = 1 << 16;

    /// <summary>More checks of a tuple against a conjunction than this are not made.</summary>
    private const int MaxFilterings = 1 << 27;

    /// <summary>Absorption compares all pairs.</summary>
    private const int MaxAbsorbed = 1024;

    private readonly Dictionary<Conjunction, List<ExactTuple>> _exact = [];
    private List<Conjunction> _general = [];
    private List<ExactTuple>? _subflows;

    public IReadOnlyList<Conjunction> General => _general;

    /// <summary>Tuples by the rest of their literals, in the order in which they came.</summary>
    public IReadOnlyDictionary<Conjunction, List<ExactTuple>> Exact => _exact;

    private bool IsTrue => _exact.Count == 0 && _general.Count == 1 && _general[0] == Conjunction.True;

    public static Disjunction Of(Conjunction conjunction)
    {
        var result = new Disjunction();
        result.Add(conjunction);
        return result;
    }

    public static Disjunction And(Disjunction a, Disjunction b)
    {
        if (a.IsTrue || b.IsTrue)
        {
            return a.IsTrue ? b : a;
        }

        long product = (long)a._general.Count * b._general.Count;
        if (product > MaxProduct)
        {
            throw new TermLimitException((int)Math.Min(product, int.MaxValue));
        }

        var result = new Disjunction();
        foreach (Conjunction left in a._general)
        {
            foreach (Conjunction right in b._general)
            {
                foreach (Conjunction both in Conjunction.And(left, right))
                {
                    result.Add(both);
                }
            }
        }

        result.AddFiltered(a, b);
        result.AddFiltered(b, a);
        result.AddCommon(a, b);
        result.Simplify();
        return result;
    }

    public void Add(Conjunction conjunction)
    {
        if (conjunction.TryGetTuple(out ExactTuple tuple))
        {
            TuplesOf(conjunction.Residual()).Add(tuple);
        }
        else
        {
            _general.Add(conjunction);
        }
    }

    public void Add(Disjunction other)
    {
        _general.AddRange(other._general);
        foreach ((Conjunction residual, List<ExactTuple> tuples) in other._exact)
        {
            TuplesOf(residual).AddRange(tuples);
        }
    }

    public void AddSubflow(ExactTuple tuple)
    {
        List<ExactTuple> tuples = _subflows ??= TuplesOf(Conjunction.True);
        tuples.Add(tuple);
        tuples.Add(tuple.Reverse());
    }

    /// <summary>Unites conjunctions that differ in one field and drops those that another covers.</summary>
    public void Simplify()
    {
        if (_general.Count < 2)
        {
            return;
        }

        Unite(c => c with { Source = AddressSet.All }, group => group[0] with { Source = AddressSet.Union([.. group.Select(c => c.Source)]) });
        Unite(c => c with { Destination = AddressSet.All }, group => group[0] with { Destination = AddressSet.Union([.. group.Select(c => c.Destination)]) });
        Unite(c => c with { SourcePorts = PortSet.All }, group => group[0] with { SourcePorts = PortSet.Union(group.Select(c => c.SourcePorts)) });
        Unite(c => c with { DestinationPorts = PortSet.All }, group => group[0] with { DestinationPorts = PortSet.Union(group.Select(c => c.DestinationPorts)) });
        Unite(c => c with { Places = default }, group => group[0] with { Places = group.Aggregate(PlaceSet.None, (places, c) => places | c.Places) });
        Unite(c => c with { Directions = default }, group => group[0] with { Directions = group.Aggregate(DirectionSet.None, (directions, c) => directions | c.Directions) });
        UnitePackets();
        if (_general.Count <= MaxAbsorbed)
        {
            Absorb();
        }
    }

    private List<ExactTuple> TuplesOf(Conjunction residual)
    {
        if (!_exact.TryGetValue(residual, out List<ExactTuple>? tuples))
        {
            _exact.Add(residual, tuples = []);
        }

        return tuples;
    }

    private void AddFiltered(Disjunction exact, Disjunction general)
    {
        foreach ((Conjunction residual, List<ExactTuple> tuples) in exact._exact)
        {
            if ((long)tuples.Count * general._general.Count > MaxFilterings)
            {
                throw new TermLimitException(general._general.Count);
            }

            foreach (Conjunction filter in general._general)
            {
                Conjunction rest = filter.Residual();
                foreach (Conjunction both in Conjunction.And(residual, rest))
                {
                    if (rest == filter)
                    {
                        // It says nothing of addresses and ports: all stay.
                        TuplesOf(both).AddRange(tuples);
                        continue;
                    }

                    var kept = tuples.FindAll(tuple => filter.ContainsTuple(tuple));
                    if (kept.Count > 0)
                    {
                        TuplesOf(both).AddRange(kept);
                    }
                }
            }
        }
    }

    private void AddCommon(Disjunction a, Disjunction b)
    {
        foreach ((Conjunction left, List<ExactTuple> leftTuples) in a._exact)
        {
            HashSet<ExactTuple>? wanted = null;
            foreach ((Conjunction right, List<ExactTuple> rightTuples) in b._exact)
            {
                foreach (Conjunction both in Conjunction.And(left, right))
                {
                    wanted ??= [.. leftTuples];
                    var kept = rightTuples.FindAll(wanted.Contains);
                    if (kept.Count > 0)
                    {
                        TuplesOf(both).AddRange(kept);
                    }
                }
            }
        }
    }

    private void Unite(Func<Conjunction, Conjunction> without, Func<List<Conjunction>, Conjunction> unite)
    {
        var groups = new Dictionary<Conjunction, List<Conjunction>>();
        var order = new List<List<Conjunction>>();
        foreach (Conjunction conjunction in _general)
        {
            Conjunction key = without(conjunction);
            if (!groups.TryGetValue(key, out List<Conjunction>? group))
            {
                groups.Add(key, group = []);
                order.Add(group);
            }

            group.Add(conjunction);
        }

        if (order.Count < _general.Count)
        {
            _general = order.ConvertAll(group => group.Count == 1 ? group[0] : unite(group));
        }
    }

    private void UnitePackets()
    {
        var groups = new Dictionary<Conjunction, List<PacketCondition>>();
        var order = new List<Conjunction>();
        foreach (Conjunction conjunction in _general)
        {
            Conjunction key = conjunction with { Packet = default };
            if (!groups.TryGetValue(key, out List<PacketCondition>? conditions))
            {
                groups.Add(key, conditions = []);
                order.Add(key);
            }

            PacketCondition united = conjunction.Packet;
            for (int i = conditions.Count - 1; i >= 0; i--)
            {
                if (PacketCondition.TryUnite(conditions[i], united) is { } both)
                {
                    united = both;
                    conditions.RemoveAt(i);
                }
            }

            conditions.Add(united);
        }

        _general = [.. order.SelectMany(key => groups[key].Select(packet => key with { Packet = packet }))];
    }

    private void Absorb()
    {
        var kept = new List<Conjunction>(_general.Count);
        foreach (Conjunction conjunction in _general)
        {
            if (!kept.Exists(k => k.Covers(conjunction)))
            {
                kept.RemoveAll(conjunction.Covers);
                kept.Add(conjunction);
            }
        }

        _general = kept;
    }
}
