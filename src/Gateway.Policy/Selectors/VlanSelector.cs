namespace Gateway.Policy;

/// <summary>The outer VLAN id of the frame (IEEE 802.1Q) is in one of the ranges.</summary>
/// <param name="Ids">At least one range of 0-4094; 0 is untagged.</param>
public sealed record VlanSelector(ValueList<ValueRange> Ids) : Selector;
