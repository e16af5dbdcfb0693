namespace Gateway.Policy;

/// <summary>Sends a copy of the packet, as it leaves, out of another NIC.</summary>
/// <param name="Port">NIC name.</param>
public sealed record MirrorActor(string Port) : Actor;
