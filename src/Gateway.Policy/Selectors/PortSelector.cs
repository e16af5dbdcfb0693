namespace Gateway.Policy;

/// <summary>The packet's source or destination port is in one of the ranges.</summary>
/// <param name="Ranges">At least one range.</param>
public sealed record PortSelector(ValueList<PortRange> Ranges) : Selector;
