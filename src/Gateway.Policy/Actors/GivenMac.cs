namespace Gateway.Policy;

/// <summary>Given by the policy.</summary>
/// <param name="Destination">The next hop.</param>
/// <param name="Source">Null = the NIC's own address.</param>
public sealed record GivenMac(MacAddress Destination, MacAddress? Source) : RedirectMac;
