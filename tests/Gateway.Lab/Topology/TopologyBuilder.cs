using System.Globalization;

namespace Gateway.Lab;

/// <summary>Creates the namespaces, links, addresses, routes and endpoints of a lab, in a few batches.</summary>
internal sealed class TopologyBuilder(MptcpLab lab)
{
    private static readonly Family[] Families = [Family.V4, Family.V6];

    private readonly LabOptions _options = lab.Options;

    private bool Routes => _options.Mode is LabMode.Routed or LabMode.Spread;

    public async Task BuildAsync()
    {
        // Sysctls first: a link takes the defaults that hold when it is created.
        await Tool.RunAsync("ip", ["-batch", "-"], NetworkNamespace.Batch(lab.Namespaces.Select(space => $"netns add {space.Name}")))
            .ConfigureAwait(false);
        await SetSysctlsAsync().ConfigureAwait(false);
        await CreateLinksAsync().ConfigureAwait(false);
        await Task.WhenAll(
            ConfigureClientAsync(),
            ConfigureGatewayAsync(),
            ConfigureServerAsync(),
            Task.WhenAll(lab.DelayLines.Select(line => ConfigureDelayLineAsync(line)))).ConfigureAwait(false);
        await lab.Client.IpAsync(ClientEndpoints()).ConfigureAwait(false);
        await lab.Server.IpAsync(ServerEndpoints()).ConfigureAwait(false);
    }

    private async Task CreateLinksAsync()
    {
        var lines = new List<string>();
        foreach (LabPath path in lab.Paths)
        {
            lines.Add(Veth(path.ClientNic, lab.Client, path.GatewayClientPort, lab.Gateway));
            if (lab.DelayLines.FirstOrDefault(line => line.Path == path) is { } delay)
            {
                lines.Add(Veth(path.GatewayServerPort, lab.Gateway, delay.GatewaySide, delay.Space));
                lines.Add(Veth(delay.ServerSide, delay.Space, path.ServerNic, lab.Server));
            }
            else
            {
                lines.Add(Veth(path.GatewayServerPort, lab.Gateway, path.ServerNic, lab.Server));
            }
        }

        await Tool.RunAsync("ip", ["-batch", "-"], NetworkNamespace.Batch(lines)).ConfigureAwait(false);
    }

    private string Veth(string left, NetworkNamespace leftSpace, string right, NetworkNamespace rightSpace) =>
        $"link add name {left} mtu {_options.Mtu} address {LabPath.Mac(left)} netns {leftSpace.Name} type veth "
        + $"peer name {right} mtu {_options.Mtu} address {LabPath.Mac(right)} netns {rightSpace.Name}";

    private async Task ConfigureClientAsync()
    {
        var all = new List<string> { "link set lo up" };
        foreach (LabPath path in lab.Paths)
        {
            all.Add($"link set {path.ClientNic} up");
            all.AddRange(Families.Select(family => Address(path.Client(family), AddressPlan.PrefixLength(family), path.ClientNic)));
        }

        await lab.Client.IpAsync([.. all, .. ClientRoutes(Family.V4)]).ConfigureAwait(false);
        await lab.Client.Ip6Async([.. ClientRoutes(Family.V6)]).ConfigureAwait(false);
        await OffloadsAsync(lab.Client, lab.Paths.Select(p => p.ClientNic), RealChecksums.Client).ConfigureAwait(false);
        await ShapeHostAsync(lab.Client, p => p.ClientNic, _options.Mode is LabMode.Wire).ConfigureAwait(false);
    }

    /// <summary>Every client address sends through its own NIC.</summary>
    private IEnumerable<string> ClientRoutes(Family family)
    {
        bool onLink = _options.Mode is LabMode.Bridged or LabMode.Wire;
        foreach (LabPath path in lab.Paths)
        {
            int n = path.Number;
            string gateway = onLink ? "" : $"via {AddressPlan.Subnet(family, n, 1)} ";
            yield return $"rule add from {path.Client(family)} lookup {100 + n}";
            yield return $"route add default {gateway}dev {path.ClientNic} table {100 + n}";
            yield return $"route add default {gateway}dev {path.ClientNic} metric {10 * n}";
            if (_options.Mode is LabMode.Routed)
            {
                yield return $"route add {AddressPlan.Prefix(family, AddressPlan.ServerNet(n))} {gateway}dev {path.ClientNic}";
            }

            foreach (LabPath other in onLink ? lab.Paths.Where(p => p != path) : [])
            {
                yield return Neighbour(other.Server(family).ToString(), path.ServerNic, path.ClientNic);
            }
        }
    }

    private async Task ConfigureServerAsync()
    {
        var all = new List<string> { "link set lo up" };
        all.AddRange(lab.Paths.Select(path => $"link set {path.ServerNic} up"));
        foreach (Family family in Families)
        {
            if (_options.Mode is LabMode.Spread)
            {
                all.Add($"address add {AddressPlan.Service(family)}/{AddressPlan.HostLength(family)} dev lo");
            }

            all.AddRange(lab.Paths.Select(path => Address(
                _options.Mode is LabMode.Spread ? AddressPlan.Subnet(family, AddressPlan.ServerNet(path.Number), 2) : path.Server(family),
                AddressPlan.PrefixLength(family),
                path.ServerNic)));
        }

        await lab.Server.IpAsync([.. all, .. ServerRoutes(Family.V4)]).ConfigureAwait(false);
        await lab.Server.Ip6Async([.. ServerRoutes(Family.V6)]).ConfigureAwait(false);
        await OffloadsAsync(lab.Server, lab.Paths.Select(p => p.ServerNic), RealChecksums.Server).ConfigureAwait(false);
        await ShapeHostAsync(lab.Server, p => p.ServerNic, _options.Mode is LabMode.Wire or LabMode.Spread).ConfigureAwait(false);
    }

    private IEnumerable<string> ServerRoutes(Family family)
    {
        foreach (LabPath path in lab.Paths)
        {
            int n = path.Number;
            string gateway = AddressPlan.Subnet(family, AddressPlan.ServerNet(n), 1);
            switch (_options.Mode)
            {
                case LabMode.Routed:
                    yield return $"rule add from {path.Server(family)} lookup {100 + n}";
                    yield return $"route add default via {gateway} dev {path.ServerNic} table {100 + n}";
                    yield return $"route add {AddressPlan.Prefix(family, n)} via {gateway} dev {path.ServerNic}";
                    break;
                case LabMode.Spread:
                    yield return Neighbour(gateway, path.GatewayServerPort, path.ServerNic);
                    yield return $"route add default via {gateway} dev {path.ServerNic} metric {10 * n}";
                    break;
                default:
                    break;
            }
        }
    }

    private async Task ConfigureGatewayAsync()
    {
        List<string> all = ["link set lo up", .. lab.Paths.SelectMany(GatewayPorts).Select(port => $"link set {port} up")];
        if (Routes)
        {
            foreach (Family family in Families)
            {
                int length = AddressPlan.PrefixLength(family);
                foreach (LabPath path in lab.Paths)
                {
                    all.Add(Address(AddressPlan.Subnet(family, path.Number, 1), length, path.GatewayClientPort));
                    all.Add(Address(AddressPlan.Subnet(family, AddressPlan.ServerNet(path.Number), 1), length, path.GatewayServerPort));
                }
            }
        }

        bool spread = _options.Mode is LabMode.Spread;
        await lab.Gateway.IpAsync([.. all, .. spread ? SpreadRoutes(Family.V4) : []]).ConfigureAwait(false);
        await lab.Gateway.Ip6Async([.. spread ? SpreadRoutes(Family.V6) : []]).ConfigureAwait(false);
        await OffloadsAsync(lab.Gateway, lab.Paths.SelectMany(GatewayPorts), RealChecksums.Gateway).ConfigureAwait(false);
        foreach (LabPath path in lab.Paths)
        {
            if (_options.Mode is LabMode.Bridged)
            {
                await lab.BridgePathAsync(path.Number).ConfigureAwait(false);
            }

            if (_options.Link(path.Number).RateMbps is { } rate && _options.Mode is not LabMode.Wire)
            {
                await lab.Gateway.TcAsync(
                    [.. GatewayPorts(path).Where(port => !spread || port == path.GatewayServerPort).Select(port => Shaper.Add(port, rate))])
                    .ConfigureAwait(false);
            }
        }
    }

    private IEnumerable<string> SpreadRoutes(Family family)
    {
        foreach (LabPath path in lab.Paths)
        {
            string next = AddressPlan.Subnet(family, AddressPlan.ServerNet(path.Number), 2);
            yield return Neighbour(next, path.ServerNic, path.GatewayServerPort);
            yield return Neighbour(path.Client(family).ToString(), path.ClientNic, path.GatewayClientPort);
            yield return $"route add {AddressPlan.Service(family)}/{AddressPlan.HostLength(family)} "
                + $"via {next} dev {path.GatewayServerPort} metric {10 * path.Number}";
            if (family == Family.V6)
            {
                // IPv6 look-ups take the best metric whatever the device asked for; a rule by device leads to the other route.
                yield return $"rule add oif {path.GatewayServerPort} lookup {200 + path.Number}";
                yield return $"route add {AddressPlan.Service(family)}/{AddressPlan.HostLength(family)} "
                    + $"via {next} dev {path.GatewayServerPort} table {200 + path.Number}";
            }
        }
    }

    private async Task ConfigureDelayLineAsync(DelayLineHost line)
    {
        await line.Space.IpAsync($"link set {line.GatewaySide} up", $"link set {line.ServerSide} up").ConfigureAwait(false);

        // Toward the gateway the line stands for the server, toward the server for the gateway: it hands over
        // checksums as they would.
        RealChecksums real = _options.EffectiveChecksums;
        if (real.HasFlag(RealChecksums.Server))
        {
            await line.Space.SetOffloadsAsync(line.GatewaySide, "tx", "off").ConfigureAwait(false);
        }

        if (real.HasFlag(RealChecksums.Gateway))
        {
            await line.Space.SetOffloadsAsync(line.ServerSide, "tx", "off").ConfigureAwait(false);
        }

        if (_options.EffectiveGro)
        {
            await line.Space.SetOffloadsAsync(line.GatewaySide, "gro", "on").ConfigureAwait(false);
        }

        await line.StartAsync().ConfigureAwait(false);
    }

    private string[] ClientEndpoints()
    {
        LabPath first = lab.Paths[0], second = lab.Paths[1];
        Family family = _options.Family;
        return
        [
            Limits(),
            .. _options.EffectiveJoin switch
            {
                Join.ClientSubflow => (string[])[$"mptcp endpoint add {second.Client(family)} dev {second.ClientNic} subflow"],
                Join.Fullmesh =>
                [
                    $"mptcp endpoint add {first.Client(family)} dev {first.ClientNic} subflow fullmesh",
                    $"mptcp endpoint add {second.Client(family)} dev {second.ClientNic} subflow fullmesh",
                ],
                _ => [],
            },
        ];
    }

    private string[] ServerEndpoints()
    {
        LabPath second = lab.Paths[1];
        bool signals = _options.EffectiveJoin is Join.ServerSignals
            || (_options.EffectiveJoin is Join.Fullmesh && _options.Mode is not LabMode.Spread);
        return signals
            ? [Limits(), $"mptcp endpoint add {second.Server(_options.Family)} dev {second.ServerNic} signal"]
            : [Limits()];
    }

    private string Limits() => $"mptcp limits set subflows {_options.SubflowLimit} add_addr_accepted {_options.AddAddrLimit}";

    private Task SetSysctlsAsync() => Task.WhenAll(
    [
        lab.Client.SetSysctlsAsync(HostSysctls()),
        lab.Server.SetSysctlsAsync(HostSysctls()),
        .. lab.Tenant is { } tenant ? [tenant.Space.SetSysctlsAsync(HostSysctls())] : (Task[])[],
        lab.Gateway.SetSysctlsAsync(Routes ? ForwardingSysctls() : SilentSysctls()),
        .. lab.DelayLines.Select(line => line.Space.SetSysctlsAsync(SilentSysctls())),
    ]);

    private Dictionary<string, string> HostSysctls()
    {
        Dictionary<string, string> values = new()
        {
            ["net.ipv4.conf.all.rp_filter"] = "0",
            ["net.ipv4.conf.default.rp_filter"] = "0",
            ["net.ipv6.conf.default.accept_dad"] = "0",
            ["net.ipv6.conf.default.accept_ra"] = "0",
            ["net.mptcp.enabled"] = "1",
            ["net.mptcp.checksum_enabled"] = _options.DssChecksum ? "1" : "0",
        };
        if (_options.CongestionControl is { } control)
        {
            values["net.ipv4.tcp_congestion_control"] = control;
        }

        foreach ((string key, string value) in _options.HostSysctls)
        {
            values[key] = value;
        }

        return values;
    }

    private static Dictionary<string, string> ForwardingSysctls() => new()
    {
        ["net.ipv4.ip_forward"] = "1",
        ["net.ipv4.conf.all.rp_filter"] = "0",
        ["net.ipv4.conf.default.rp_filter"] = "0",
        ["net.ipv4.conf.all.send_redirects"] = "0",
        ["net.ipv4.conf.default.send_redirects"] = "0",
        ["net.ipv6.conf.all.forwarding"] = "1",
        ["net.ipv6.conf.default.forwarding"] = "1",
        ["net.ipv6.conf.default.accept_dad"] = "0",
    };

    /// <summary>Ports without addresses say nothing by themselves.</summary>
    private static Dictionary<string, string> SilentSysctls() => new()
    {
        ["net.ipv6.conf.all.disable_ipv6"] = "1",
        ["net.ipv6.conf.default.disable_ipv6"] = "1",
    };

    private async Task OffloadsAsync(NetworkNamespace space, IEnumerable<string> nics, RealChecksums whose)
    {
        List<string> features = [];
        if (_options.EffectiveChecksums.HasFlag(whose))
        {
            features.AddRange(["tx", "off"]);
        }

        if (_options.EffectiveGro && whose is not RealChecksums.Gateway)
        {
            features.AddRange(["gro", "on"]);
        }

        foreach (string nic in features.Count > 0 ? nics : [])
        {
            await space.SetOffloadsAsync(nic, [.. features]).ConfigureAwait(false);
        }
    }

    private async Task ShapeHostAsync(NetworkNamespace host, Func<LabPath, string> nic, bool shaped)
    {
        foreach (LabPath path in shaped ? lab.Paths : [])
        {
            if (_options.Link(path.Number).RateMbps is { } rate)
            {
                await host.TcAsync(Shaper.Add(nic(path), rate)).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<string> GatewayPorts(LabPath path) => [path.GatewayClientPort, path.GatewayServerPort];

    private static string Address(object address, int length, string nic) =>
        string.Create(CultureInfo.InvariantCulture, $"address add {address}/{length} dev {nic}");

    /// <summary>A resolved neighbour: <paramref name="address"/> is at the MAC of <paramref name="nic"/>, reached through <paramref name="device"/>.</summary>
    private static string Neighbour(string address, string nic, string device) =>
        $"neighbour replace {address} lladdr {LabPath.Mac(nic)} nud permanent dev {device}";
}
