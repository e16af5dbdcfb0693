namespace Gateway.Policy;

/// <summary>Sends the packet out of another NIC; several spread a connection's subflows over them.</summary>
/// <param name="Ports">NIC names, at least one, each once.</param>
/// <param name="Mac">Where the MAC addresses come from.</param>
public sealed record RedirectActor(ValueList<string> Ports, RedirectMac Mac) : Actor
{
    /// <summary>Share of each NIC, 1-16, in the order of the NICs; empty for equal shares.</summary>
    public ValueList<int> Weights { get; init; } = [];
}
