namespace Gateway.Bpf.Btf;

/// <summary>A member of a structure or union.</summary>
/// <param name="Name">Its name; empty for an anonymous structure or union.</param>
/// <param name="TypeId">Its type.</param>
/// <param name="BitOffset">Bits from the start.</param>
/// <param name="BitfieldSize">Bits of a bit field; 0 for plain members.</param>
public sealed record BtfMember(string Name, uint TypeId, uint BitOffset, uint BitfieldSize);
