namespace Gateway.DataPlane;

/// <summary>A set of subflows.</summary>
/// <param name="Name">Its name in policies.</param>
/// <param name="Number">Its number in the packet programs.</param>
/// <param name="IPv4">IPv4 subflows in it.</param>
/// <param name="IPv6">IPv6 subflows in it.</param>
public sealed record SubflowSetInfo(string Name, int Number, long IPv4, long IPv6);
