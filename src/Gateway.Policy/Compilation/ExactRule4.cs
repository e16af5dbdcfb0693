namespace Gateway.Policy;

/// <summary>An IPv4 4-tuple in one direction, with the terms it can match.</summary>
/// <param name="Source">Source address as a number: 10.0.0.1 is 0x0a000001.</param>
/// <param name="Destination">Destination address as a number.</param>
/// <param name="SourcePort">Source port as a number.</param>
/// <param name="DestinationPort">Destination port as a number.</param>
/// <param name="List">Index of <see cref="CompiledPolicy.ExactLists"/>.</param>
public readonly record struct ExactRule4(uint Source, uint Destination, ushort SourcePort, ushort DestinationPort, int List)
    : IExactRule<ExactRule4>, IComparable<ExactRule4>
{
    static IpFamily IExactRule<ExactRule4>.Family => IpFamily.IPv4;

    ExactTuple IExactRule<ExactRule4>.Tuple => new(Source, Destination, SourcePort, DestinationPort, IpFamily.IPv4);

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator <(ExactRule4 left, ExactRule4 right) => left.CompareTo(right) < 0;

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator <=(ExactRule4 left, ExactRule4 right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator >(ExactRule4 left, ExactRule4 right) => left.CompareTo(right) > 0;

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator >=(ExactRule4 left, ExactRule4 right) => left.CompareTo(right) >= 0;

    /// <summary>Orders by 4-tuple; the list does not count.</summary>
    public int CompareTo(ExactRule4 other)
    {
        if (Source != other.Source)
        {
            return Source < other.Source ? -1 : 1;
        }

        if (Destination != other.Destination)
        {
            return Destination < other.Destination ? -1 : 1;
        }

        return SourcePort == other.SourcePort
            ? DestinationPort.CompareTo(other.DestinationPort)
            : SourcePort.CompareTo(other.SourcePort);
    }

    static ExactRule4 IExactRule<ExactRule4>.Of(ExactTuple tuple, int list) =>
        new((uint)tuple.Source, (uint)tuple.Destination, tuple.SourcePort, tuple.DestinationPort, list);
}
