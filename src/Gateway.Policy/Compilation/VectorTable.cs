using System.Collections.Immutable;

namespace Gateway.Policy;

/// <summary>Vectors, each once, numbered in the order of their first use; the first has no bit set.</summary>
internal sealed class VectorTable
{
    private readonly Dictionary<ulong[], int> _numbers = new(new ContentComparer());
    private readonly List<ulong[]> _vectors = [];

    public VectorTable() => Add(new ulong[CompiledPolicy.VectorWords]);

    public int Count => _vectors.Count;

    /// <summary>The number of a vector; past 65535 the compiler reports the count and drops the result.</summary>
    public ushort Add(ReadOnlySpan<ulong> vector)
    {
        var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<ulong>>();
        if (!lookup.TryGetValue(vector, out int number))
        {
            number = _vectors.Count;
            ulong[] copy = vector.ToArray();
            _vectors.Add(copy);
            _numbers.Add(copy, number);
        }

        return (ushort)number;
    }

    public ImmutableArray<ImmutableArray<ulong>> ToImmutable() => [.. _vectors.Select(v => v.ToImmutableArray())];

    private sealed class ContentComparer : IEqualityComparer<ulong[]>, IAlternateEqualityComparer<ReadOnlySpan<ulong>, ulong[]>
    {
        public bool Equals(ulong[]? x, ulong[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<ulong> alternate, ulong[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ulong[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<ulong> alternate)
        {
            var hash = default(HashCode);
            foreach (ulong word in alternate)
            {
                hash.Add(word);
            }

            return hash.ToHashCode();
        }

        public ulong[] Create(ReadOnlySpan<ulong> alternate) => alternate.ToArray();
    }
}
