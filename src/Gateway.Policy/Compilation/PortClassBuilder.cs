using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Gateway.Policy;

/// <summary>Builds port classes from the port literals of terms: one class per different vector.</summary>
internal static class PortClassBuilder
{
    public static CompiledPortClasses Build(
        IReadOnlyList<RankedTerm> terms, Func<Conjunction, PortSet> portsOf, VectorTable vectors)
    {
        var starts = new List<(int Port, int Term)>();
        var ends = new List<(int Port, int Term)>();
        for (int term = 0; term < terms.Count; term++)
        {
            if (terms[term].Tuples is null)
            {
                foreach (PortRange range in portsOf(terms[term].Literals).Ranges)
                {
                    starts.Add((range.First, term));
                    ends.Add((range.Last + 1, term));
                }
            }
        }

        starts.Sort();
        ends.Sort();
        var classes = new Dictionary<ushort, ushort>();
        var vectorOfClass = ImmutableArray.CreateBuilder<ushort>();
        ushort[] classOfPort = new ushort[ushort.MaxValue + 1];
        ulong[] vector = new ulong[CompiledPolicy.VectorWords];
        ushort current = 0;
        int start = 0;
        int end = 0;
        for (int port = 0; port < classOfPort.Length; port++)
        {
            bool changed = port == 0;
            for (; end < ends.Count && ends[end].Port == port; end++, changed = true)
            {
                vector[ends[end].Term >> 6] &= ~(1ul << (ends[end].Term & 63));
            }

            for (; start < starts.Count && starts[start].Port == port; start++, changed = true)
            {
                vector[starts[start].Term >> 6] |= 1ul << (starts[start].Term & 63);
            }

            if (changed)
            {
                ushort number = vectors.Add(vector);
                if (!classes.TryGetValue(number, out current))
                {
                    current = (ushort)vectorOfClass.Count;
                    classes.Add(number, current);
                    vectorOfClass.Add(number);
                }
            }

            classOfPort[port] = current;
        }

        return new CompiledPortClasses(ImmutableCollectionsMarshal.AsImmutableArray(classOfPort), vectorOfClass.ToImmutable());
    }
}
