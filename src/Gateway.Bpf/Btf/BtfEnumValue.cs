namespace Gateway.Bpf.Btf;

/// <summary>A value of an enumeration.</summary>
/// <param name="Name">The constant's name.</param>
/// <param name="Value">Its value; for an unsigned enum64 the same 64 bits.</param>
public sealed record BtfEnumValue(string Name, long Value);
