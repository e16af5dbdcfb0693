namespace Gateway.Lab;

/// <summary>
/// The second client of a spread lab: a host with NICs t1 and t2, at the gateway's ports gt1 and gt2, whose traffic takes
/// the same uplinks as the first one's.
/// </summary>
/// <param name="Space">Its network namespace.</param>
public sealed record LabTenant(NetworkNamespace Space)
{
    /// <summary>The gateway's ports toward it.</summary>
    public IReadOnlyList<string> GatewayPorts { get; } = [GatewayPort(1), GatewayPort(2)];

    /// <summary>Its address on a NIC, 1 or 2.</summary>
    public static string Address(Family family, int number) => AddressPlan.Subnet(family, AddressPlan.TenantNet(number), 2);

    internal static string Nic(int number) => $"t{number}";

    internal static string GatewayPort(int number) => $"gt{number}";
}
