namespace Gateway.Policy;

/// <summary>The packet's destination port is in one of the ranges.</summary>
/// <param name="Ranges">At least one range.</param>
public sealed record DestinationPortSelector(ValueList<PortRange> Ranges) : Selector;
