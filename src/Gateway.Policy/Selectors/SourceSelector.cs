namespace Gateway.Policy;

/// <summary>The packet's source address is in one of the prefixes.</summary>
/// <param name="Prefixes">At least one prefix.</param>
public sealed record SourceSelector(ValueList<IpPrefix> Prefixes) : Selector;
