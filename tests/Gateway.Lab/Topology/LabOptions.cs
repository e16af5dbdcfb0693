namespace Gateway.Lab;

/// <summary>What to raise. The defaults: two unshaped routed paths, IPv4 endpoints, the server announces its second address.</summary>
public sealed record LabOptions
{
    /// <summary>How the gateway stands on the path.</summary>
    public LabMode Mode { get; init; } = LabMode.Routed;

    /// <summary>Family of endpoints and transfers.</summary>
    public Family Family { get; init; } = Family.V4;

    /// <summary>Path manager endpoints; null takes the mode's own (<see cref="Join.ClientSubflow"/> for spread, else <see cref="Join.ServerSignals"/>).</summary>
    public Join? Join { get; init; }

    /// <summary>Path 1: c1, gc1, gs1, s1.</summary>
    public LinkOptions Path1 { get; init; } = new();

    /// <summary>Path 2: c2, gc2, gs2, s2.</summary>
    public LinkOptions Path2 { get; init; } = new();

    /// <summary>Who computes real checksums; null takes the mode's own (<see cref="RealChecksums.Hosts"/> for wire, else none).</summary>
    public RealChecksums? RealChecksums { get; init; }

    /// <summary>GRO on the hosts' NICs; null takes the mode's own (on for wire, else the veth default, off).</summary>
    public bool? HostGro { get; init; }

    /// <summary><c>ip mptcp limits</c> of both hosts: subflows beyond the first one.</summary>
    public int SubflowLimit { get; init; } = 4;

    /// <summary><c>ip mptcp limits</c> of both hosts: ADD_ADDR accepted.</summary>
    public int AddAddrLimit { get; init; } = 4;

    /// <summary>DSS checksums (net.mptcp.checksum_enabled) on both hosts.</summary>
    public bool DssChecksum { get; init; }

    /// <summary>
    /// Congestion control of both hosts; null leaves the machine's default. A namespace may only choose what
    /// net.ipv4.tcp_allowed_congestion_control of the machine lists.
    /// </summary>
    public string? CongestionControl { get; init; }

    /// <summary>Further sysctls for both hosts, for example <c>net.ipv4.tcp_timestamps</c>.</summary>
    public IReadOnlyDictionary<string, string> HostSysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a spread lab has a second client, a tenant of its own behind the same gateway.</summary>
    public bool SecondTenant { get; init; }

    /// <summary>MTU of every link.</summary>
    public int Mtu { get; init; } = 1500;

    internal Join EffectiveJoin => Join ?? (Mode == LabMode.Spread ? Lab.Join.ClientSubflow : Lab.Join.ServerSignals);

    internal RealChecksums EffectiveChecksums =>
        RealChecksums ?? (Mode == LabMode.Wire ? Lab.RealChecksums.Hosts : Lab.RealChecksums.None);

    internal bool EffectiveGro => HostGro ?? Mode == LabMode.Wire;

    internal LinkOptions Link(int path) => path == 1 ? Path1 : Path2;

    internal void Validate()
    {
        if (Mode == LabMode.Spread && EffectiveJoin is Lab.Join.ServerSignals)
        {
            throw new ArgumentException("The server of a spread lab has one address: use Join.ClientSubflow, Fullmesh or None.");
        }

        if (SecondTenant && Mode != LabMode.Spread)
        {
            throw new ArgumentException("Only a spread lab has a second tenant: use LabMode.Spread.");
        }

        foreach (LinkOptions link in new[] { Path1, Path2 })
        {
            if (link.RateMbps is <= 0 or > 40_000 || link.DelayMs is < 0 or > 2_000)
            {
                throw new ArgumentException($"{link}: the rate must be in (0, 40000] Mbit/s and the delay in [0, 2000] ms.");
            }
        }
    }
}
