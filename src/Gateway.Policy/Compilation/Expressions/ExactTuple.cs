namespace Gateway.Policy;

/// <summary>The addresses and ports of one direction of a subflow.</summary>
internal readonly record struct ExactTuple(
    UInt128 Source, UInt128 Destination, ushort SourcePort, ushort DestinationPort, IpFamily Family)
{
    public ExactTuple Reverse() => new(Destination, Source, DestinationPort, SourcePort, Family);
}
