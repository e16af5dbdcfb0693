namespace Gateway.Policy;

/// <summary>An IPv6 4-tuple in one direction, with the terms it can match.</summary>
/// <param name="Source">Source address as a number: the first octet is the most significant.</param>
/// <param name="Destination">Destination address as a number.</param>
/// <param name="SourcePort">Source port as a number.</param>
/// <param name="DestinationPort">Destination port as a number.</param>
/// <param name="List">Index of <see cref="CompiledPolicy.ExactLists"/>.</param>
public readonly record struct ExactRule6(UInt128 Source, UInt128 Destination, ushort SourcePort, ushort DestinationPort, int List)
    : IExactRule<ExactRule6>, IComparable<ExactRule6>
{
    static IpFamily IExactRule<ExactRule6>.Family => IpFamily.IPv6;

    ExactTuple IExactRule<ExactRule6>.Tuple => new(Source, Destination, SourcePort, DestinationPort, IpFamily.IPv6);

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator <(ExactRule6 left, ExactRule6 right) => left.CompareTo(right) < 0;

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator <=(ExactRule6 left, ExactRule6 right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator >(ExactRule6 left, ExactRule6 right) => left.CompareTo(right) > 0;

    /// <summary>Orders by 4-tuple.</summary>
    public static bool operator >=(ExactRule6 left, ExactRule6 right) => left.CompareTo(right) >= 0;

    /// <summary>Orders by 4-tuple; the list does not count.</summary>
    public int CompareTo(ExactRule6 other)
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

    static ExactRule6 IExactRule<ExactRule6>.Of(ExactTuple tuple, int list) =>
        new(tuple.Source, tuple.Destination, tuple.SourcePort, tuple.DestinationPort, list);
}
