namespace Gateway.Policy;

/// <summary>The packet is at the egress hook of one of the NICs.</summary>
/// <param name="Ports">NIC names, at least one.</param>
public sealed record EgressPortSelector(ValueList<string> Ports) : Selector;
