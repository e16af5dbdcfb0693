using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>How often something happened for a reason.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Packets">Packets, not 0.</param>
public readonly record struct ReasonCount(Reason Reason, ulong Packets);
