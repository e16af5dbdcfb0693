namespace Gateway.Policy;

/// <summary>The packet is at the ingress hook of one of the NICs.</summary>
/// <param name="Ports">NIC names, at least one.</param>
public sealed record IngressPortSelector(ValueList<string> Ports) : Selector;
