using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Gateway.Policy;

/// <summary>Builds the exact tables from the 4-tuples of terms.</summary>
internal sealed class ExactTableBuilder(IReadOnlyList<RankedTerm> terms)
{
    private readonly Dictionary<ulong, int> _singles = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<ImmutableArray<ushort>> _lists = [];

    /// <summary>The lists the rules name.</summary>
    public ImmutableArray<ImmutableArray<ushort>> Lists => [.. _lists];

    /// <summary>The first tuple with more terms than a rule can name, with their number.</summary>
    public (ExactTuple Tuple, IReadOnlyList<int> Terms)? Overfull { get; private set; }

    public ImmutableArray<ExactRule4> BuildIPv4()
    {
        // Sorted by tuple, then by term: until the lists are known a rule carries its term.
        List<ExactRule4> rules = Collect(IpFamily.IPv4, (tuple, term) =>
            new ExactRule4((uint)tuple.Source, (uint)tuple.Destination, tuple.SourcePort, tuple.DestinationPort, term));
        Span<ExactRule4> sorted = CollectionsMarshal.AsSpan(rules);
        sorted.Sort(static (a, b) => a.CompareTo(b) is var order && order != 0 ? order : a.List.CompareTo(b.List));
        int kept = 0;
        for (int i = 0; i < sorted.Length;)
        {
            ExactRule4 rule = sorted[i];
            var group = new TermGroup();
            for (; i < sorted.Length && sorted[i].CompareTo(rule) == 0; i++)
            {
                group.Add(sorted[i].List, terms);
            }

            int list = NumberOf(group, new ExactTuple(rule.Source, rule.Destination, rule.SourcePort, rule.DestinationPort, IpFamily.IPv4));
            sorted[kept++] = rule with { List = list };
        }

        return [.. sorted[..kept]];
    }

    public ImmutableArray<ExactRule6> BuildIPv6()
    {
        List<ExactRule6> rules = Collect(IpFamily.IPv6, (tuple, term) =>
            new ExactRule6(tuple.Source, tuple.Destination, tuple.SourcePort, tuple.DestinationPort, term));
        Span<ExactRule6> sorted = CollectionsMarshal.AsSpan(rules);
        sorted.Sort(static (a, b) => a.CompareTo(b) is var order && order != 0 ? order : a.List.CompareTo(b.List));
        int kept = 0;
        for (int i = 0; i < sorted.Length;)
        {
            ExactRule6 rule = sorted[i];
            var group = new TermGroup();
            for (; i < sorted.Length && sorted[i].CompareTo(rule) == 0; i++)
            {
                group.Add(sorted[i].List, terms);
            }

            int list = NumberOf(group, new ExactTuple(rule.Source, rule.Destination, rule.SourcePort, rule.DestinationPort, IpFamily.IPv6));
            sorted[kept++] = rule with { List = list };
        }

        return [.. sorted[..kept]];
    }

    private List<T> Collect<T>(IpFamily family, Func<ExactTuple, int, T> create)
    {
        var rules = new List<T>();
        for (int term = 0; term < terms.Count; term++)
        {
            IReadOnlyList<ExactTuple> tuples = terms[term].Tuples ?? [];
            for (int i = 0; i < tuples.Count; i++)
            {
                if (tuples[i].Family == family)
                {
                    rules.Add(create(tuples[i], term));
                }
            }
        }

        return rules;
    }

    private int NumberOf(TermGroup group, ExactTuple tuple)
    {
        if (group.More is null)
        {
            if (!_singles.TryGetValue((ulong)group.First, out int single))
            {
                single = _lists.Count;
                _singles.Add((ulong)group.First, single);
                _lists.Add([(ushort)group.First]);
            }

            return single;
        }

        if (group.More.Count > CompilerLimits.TermsPerExactRule)
        {
            Overfull ??= (tuple, group.More);
            return 0;
        }

        string key = string.Join(',', group.More);
        if (!_numbers.TryGetValue(key, out int number))
        {
            number = _lists.Count;
            _numbers.Add(key, number);
            _lists.Add([.. group.More.Select(term => (ushort)term)]);
        }

        return number;
    }

    /// <summary>The terms of one tuple; nearly always there is one.</summary>
    private struct TermGroup
    {
        public TermGroup() => First = -1;

        public int First { get; private set; }

        public List<int>? More { get; private set; }

        public void Add(int term, IReadOnlyList<RankedTerm> terms)
        {
            if (First < 0)
            {
                First = term;
                return;
            }

            // A term never wins where a better one takes all its packets; the same term again is one of those.
            if (terms[First].Literals.Covers(terms[term].Literals) || (More?.Exists(t => terms[t].Literals.Covers(terms[term].Literals)) ?? false))
            {
                return;
            }

            More ??= [First];
            More.Add(term);
        }
    }
}
