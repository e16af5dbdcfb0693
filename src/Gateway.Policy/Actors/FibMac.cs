namespace Gateway.Policy;

/// <summary>From the kernel's routing and neighbour tables.</summary>
public sealed record FibMac : RedirectMac;
