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

    public ImmutableArray<ExactRule4> BuildIPv4() => Build<ExactRule4>();

    public ImmutableArray<ExactRule6> BuildIPv6() => Build<ExactRule6>();

    private ImmutableArray<T> Build<T>()
        where T : struct, IExactRule<T>
    {
        // Until the lists are known a rule carries its term. Sorting by the type's own order is several times as fast as by another.
        Span<T> sorted = CollectionsMarshal.AsSpan(Collect<T>());
        sorted.Sort();
        int kept = 0;
        for (int i = 0; i < sorted.Length;)
        {
            T rule = sorted[i];
            int end = i + 1;
            while (end < sorted.Length && sorted[end].CompareTo(rule) == 0)
            {
                end++;
            }

            Span<T> same = sorted[i..end];
            if (same.Length > 1)
            {
                same.Sort(static (a, b) => a.List.CompareTo(b.List));
            }

            var group = new TermGroup();
            foreach (T one in same)
            {
                group.Add(one.List, terms);
            }

            sorted[kept++] = T.Of(rule.Tuple, NumberOf(group, rule.Tuple));
            i = end;
        }

        return [.. sorted[..kept]];
    }

    private List<T> Collect<T>()
        where T : struct, IExactRule<T>
    {
        // Nearly always all of a term are of one family.
        var rules = new List<T>(terms.Sum(term => term.Tuples is [var first, ..] && first.Family == T.Family ? term.Tuples.Count : 0));
        for (int term = 0; term < terms.Count; term++)
        {
            foreach (ref readonly ExactTuple tuple in CollectionsMarshal.AsSpan(terms[term].Tuples))
            {
                if (tuple.Family == T.Family)
                {
                    rules.Add(T.Of(tuple, term));
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
