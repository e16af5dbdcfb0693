namespace Gateway.Policy;

/// <summary>The packet's destination address is in one of the prefixes.</summary>
/// <param name="Prefixes">At least one prefix.</param>
public sealed record DestinationSelector(ValueList<IpPrefix> Prefixes) : Selector;
