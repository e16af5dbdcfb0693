namespace Gateway.Policy;

/// <summary>Builds the prefix tables from the address literals of terms.</summary>
internal static class PrefixTableBuilder
{
    /// <summary>All entries of both families, sorted; an entry that says what the one around it says is left out.</summary>
    public static List<CompiledPrefix> Build(IReadOnlyList<RankedTerm> terms, VectorTable vectors)
    {
        List<Mark> marks = MarksOf(terms);
        var entries = new List<CompiledPrefix>();
        var enclosing = new Stack<(CompiledPrefix Entry, ulong[] Source, ulong[] Destination)>();
        for (int i = 0; i < marks.Count;)
        {
            IpPrefix prefix = marks[i].Prefix;
            while (enclosing.Count > 0 && !enclosing.Peek().Entry.Prefix.Contains(prefix))
            {
                enclosing.Pop();
            }

            bool root = enclosing.Count == 0;
            (CompiledPrefix outer, ulong[] outerSource, ulong[] outerDestination) =
                root ? (default, new ulong[CompiledPolicy.VectorWords], new ulong[CompiledPolicy.VectorWords]) : enclosing.Peek();
            ulong[] source = [.. outerSource];
            ulong[] destination = [.. outerDestination];
            for (; i < marks.Count && marks[i].Prefix == prefix; i++)
            {
                ulong[] vector = marks[i].IsSource ? source : destination;
                ulong bit = 1ul << (marks[i].Term & 63);
                int word = marks[i].Term >> 6;
                vector[word] = marks[i].In ? vector[word] | bit : vector[word] & ~bit;
            }

            var entry = new CompiledPrefix(prefix, vectors.Add(source), vectors.Add(destination));
            if (root || entry.SourceVector != outer.SourceVector || entry.DestinationVector != outer.DestinationVector)
            {
                entries.Add(entry);
                enclosing.Push((entry, source, destination));
            }
        }

        return entries;
    }

    private static List<Mark> MarksOf(IReadOnlyList<RankedTerm> terms)
    {
        var marks = new List<Mark>
        {
            new(IpPrefix.AllIPv4, 0, true, false),
            new(IpPrefix.AllIPv6, 0, true, false),
        };
        for (int term = 0; term < terms.Count; term++)
        {
            if (terms[term].Tuples is null)
            {
                foreach ((IpPrefix prefix, bool isIn) in terms[term].Literals.Source.Entries)
                {
                    marks.Add(new Mark(prefix, term, true, isIn));
                }

                foreach ((IpPrefix prefix, bool isIn) in terms[term].Literals.Destination.Entries)
                {
                    marks.Add(new Mark(prefix, term, false, isIn));
                }
            }
        }

        // Stable, so that the two marks that only make the tables never empty come first.
        return [.. marks.OrderBy(m => m.Prefix)];
    }

    private readonly record struct Mark(IpPrefix Prefix, int Term, bool IsSource, bool In);
}
