namespace Gateway.Policy;

/// <summary>Marks packets for who comes after the gateway.</summary>
/// <param name="Skb">Mark of the socket buffer (SO_MARK, fwmark); null leaves it.</param>
/// <param name="Mask">Bits of the mark that are set.</param>
/// <param name="Dscp">Differentiated services code point (RFC 2474), 0-63; null leaves it.</param>
public sealed record MarkActor(uint? Skb, uint Mask, byte? Dscp) : Actor;
