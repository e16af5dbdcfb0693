namespace Gateway.Lab;

/// <summary>Creates the second client of a spread lab that is already built.</summary>
internal sealed class TenantBuilder(MptcpLab lab, LabTenant tenant)
{
    private const int OverPath2 = 300;

    private static readonly int[] Numbers = [1, 2];
    private static readonly Family[] Families = [Family.V4, Family.V6];

    public async Task BuildAsync()
    {
        LabOptions options = lab.Options;
        await Tool.RunAsync("ip", ["-batch", "-"], NetworkNamespace.Batch(Numbers.Select(number =>
        {
            string nic = LabTenant.Nic(number), port = LabTenant.GatewayPort(number);
            return $"link add name {nic} mtu {options.Mtu} address {LabPath.Mac(nic)} netns {tenant.Space.Name} type veth "
                + $"peer name {port} mtu {options.Mtu} address {LabPath.Mac(port)} netns {lab.Gateway.Name}";
        }))).ConfigureAwait(false);
        await tenant.Space.IpAsync(
            ["link set lo up", .. Numbers.SelectMany(n => Up(LabTenant.Nic(n), n, host: 2)), .. Routes(Family.V4)]).ConfigureAwait(false);
        await tenant.Space.Ip6Async([.. Routes(Family.V6)]).ConfigureAwait(false);
        await lab.Gateway.IpAsync(
        [
            .. Numbers.SelectMany(n => Up(LabTenant.GatewayPort(n), n, host: 1)),
            .. from n in Numbers from family in Families select Neighbour(LabTenant.Address(family, n), LabTenant.Nic(n), LabTenant.GatewayPort(n)),
        ]).ConfigureAwait(false);
        foreach (int number in Numbers)
        {
            await OffloadAsync(tenant.Space, LabTenant.Nic(number), RealChecksums.Client).ConfigureAwait(false);
            await OffloadAsync(lab.Gateway, LabTenant.GatewayPort(number), RealChecksums.Gateway).ConfigureAwait(false);
        }

        await tenant.Space.IpAsync(
            $"mptcp limits set subflows {options.SubflowLimit} add_addr_accepted {options.AddAddrLimit}",
            $"mptcp endpoint add {LabTenant.Address(options.Family, 2)} dev {LabTenant.Nic(2)} subflow").ConfigureAwait(false);
    }

    public async Task RouteOverPath2Async(bool on)
    {
        LabPath second = lab.Paths[1];
        foreach (Family family in Families)
        {
            string service = $"{AddressPlan.Service(family)}/{AddressPlan.HostLength(family)}";
            string next = AddressPlan.Subnet(family, AddressPlan.ServerNet(second.Number), 2);
            string[] lines =
            [
                $"route {(on ? "add" : "delete")} {service} via {next} dev {second.GatewayServerPort} table {OverPath2}",
                .. Numbers.Select(n => $"rule {(on ? "add" : "delete")} from {LabTenant.Address(family, n)} lookup {OverPath2}"),
            ];
            await (family == Family.V4 ? lab.Gateway.IpAsync(lines) : lab.Gateway.Ip6Async(lines)).ConfigureAwait(false);
        }
    }

    private static IEnumerable<string> Up(string nic, int number, int host) =>
    [
        $"link set {nic} up",
        .. Families.Select(family =>
            $"address add {AddressPlan.Subnet(family, AddressPlan.TenantNet(number), host)}/{AddressPlan.PrefixLength(family)} dev {nic}"),
    ];

    /// <summary>Every address of the tenant sends through its own NIC.</summary>
    private static IEnumerable<string> Routes(Family family) => Numbers.SelectMany(number => (string[])
    [
        $"rule add from {LabTenant.Address(family, number)} lookup {100 + number}",
        $"route add default via {AddressPlan.Subnet(family, AddressPlan.TenantNet(number), 1)} dev {LabTenant.Nic(number)} table {100 + number}",
        $"route add default via {AddressPlan.Subnet(family, AddressPlan.TenantNet(number), 1)} dev {LabTenant.Nic(number)} metric {10 * number}",
    ]);

    private static string Neighbour(string address, string nic, string device) =>
        $"neighbour replace {address} lladdr {LabPath.Mac(nic)} nud permanent dev {device}";

    private Task OffloadAsync(NetworkNamespace space, string nic, RealChecksums whose) =>
        lab.Options.EffectiveChecksums.HasFlag(whose) ? space.SetOffloadsAsync(nic, "tx", "off") : Task.CompletedTask;
}
