namespace Gateway.Policy;

/// <summary>The packet's source port is in one of the ranges.</summary>
/// <param name="Ranges">At least one range.</param>
public sealed record SourcePortSelector(ValueList<PortRange> Ranges) : Selector;
