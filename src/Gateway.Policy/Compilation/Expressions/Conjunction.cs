namespace Gateway.Policy;

/// <summary>All literals of one conjunction, as the set of values each field may have.</summary>
internal sealed record Conjunction(
    AddressSet Source,
    AddressSet Destination,
    PortSet SourcePorts,
    PortSet DestinationPorts,
    PlaceSet Places,
    DirectionSet Directions,
    PacketCondition Packet,
    ConditionSet Conditions)
{
    /// <summary>Matches everything.</summary>
    public static Conjunction True { get; } =
        new(AddressSet.All, AddressSet.All, PortSet.All, PortSet.All, PlaceSet.All, DirectionSet.All, default, ConditionSet.None);

    private bool IsContradiction =>
        Source.IsEmpty || Destination.IsEmpty || SourcePorts.IsEmpty || DestinationPorts.IsEmpty || Places.IsEmpty
        || Directions == DirectionSet.None;

    /// <summary>The conjunction of both: none when it is a contradiction, several when packet types need it.</summary>
    public static IEnumerable<Conjunction> And(Conjunction a, Conjunction b)
    {
        var fields = new Conjunction(
            a.Source.Intersect(b.Source),
            a.Destination.Intersect(b.Destination),
            a.SourcePorts.Intersect(b.SourcePorts),
            a.DestinationPorts.Intersect(b.DestinationPorts),
            a.Places & b.Places,
            a.Directions & b.Directions,
            default,
            ConditionSet.And(a.Conditions, b.Conditions)!);
        return fields.IsContradiction || fields.Conditions is null ? [] : PacketCondition.And(a.Packet, b.Packet).Select(packet => fields with { Packet = packet });
    }

    /// <summary>Whether this matches everything the other matches; may miss it where sets are complicated.</summary>
    public bool Covers(Conjunction other) =>
        (other.Places & ~Places).IsEmpty
        && (other.Directions & ~Directions) == DirectionSet.None
        && Packet.Covers(other.Packet)
        && Conditions.Covers(other.Conditions)
        && SourcePorts.Covers(other.SourcePorts)
        && DestinationPorts.Covers(other.DestinationPorts)
        && Source.Covers(other.Source)
        && Destination.Covers(other.Destination);

    /// <summary>The 4-tuple, when each of its parts is one value.</summary>
    public bool TryGetTuple(out ExactTuple tuple)
    {
        tuple = default;
        if (!SourcePorts.TryGetSingle(out ushort sourcePort) || !DestinationPorts.TryGetSingle(out ushort destinationPort)
            || !Source.TryGetSingle(out IpPrefix source) || !Destination.TryGetSingle(out IpPrefix destination)
            || source.Family != destination.Family)
        {
            return false;
        }

        tuple = new ExactTuple(source.Address, destination.Address, sourcePort, destinationPort, source.Family);
        return true;
    }

    /// <summary>The same without addresses and ports.</summary>
    public Conjunction Residual() => True with { Places = Places, Directions = Directions, Packet = Packet, Conditions = Conditions };

    public bool ContainsTuple(in ExactTuple tuple) =>
        (ReferenceEquals(Source, AddressSet.All) || Source.Contains(tuple.Family, tuple.Source))
        && (ReferenceEquals(Destination, AddressSet.All) || Destination.Contains(tuple.Family, tuple.Destination))
        && SourcePorts.Contains(tuple.SourcePort)
        && DestinationPorts.Contains(tuple.DestinationPort);
}
