using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Totals of one hook of one port since it was attached.</summary>
/// <param name="Nic">The port.</param>
/// <param name="Hook">The hook.</param>
/// <param name="Packets">Frames.</param>
/// <param name="Bytes">Frame bytes.</param>
/// <param name="Reasons">What became of them, by number; only reasons that occurred.</param>
public sealed record PortHookCounters(string Nic, Hook Hook, ulong Packets, ulong Bytes, IReadOnlyList<ReasonCount> Reasons);
