using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Adverse;

/// <summary>How gateway and hosts stand, and the faults they are put through.</summary>
/// <param name="Name">For people.</param>
/// <param name="Options">The lab.</param>
/// <param name="Xdp">How ports are attached.</param>
/// <param name="Offloads">Whether the hosts hand over super-packets; without, they segment and sum themselves.</param>
/// <param name="Faults">The faults.</param>
/// <param name="Machine">Which of the two machines it is raised in, 1 or 2.</param>
internal sealed record Site(string Name, LabOptions Options, XdpMode Xdp, bool Offloads, IReadOnlyList<Fault> Faults, int Machine)
{
    /// <summary>An address that was lost on the way is announced again after a second, not after two minutes.</summary>
    private static readonly Dictionary<string, string> s_sysctls = new() { ["net.mptcp.add_addr_timeout"] = "1" };

    /// <summary>
    /// XDP, redirected frames, and TC; small, usual and large frames; offloads on and off. An emulated machine takes more than
    /// a minute to load the programs of four ports, so that there are few sites.
    /// </summary>
    internal static IReadOnlyList<Site> All { get; } =
    [
        Of("routed-v4-1500", LabMode.Routed, Family.V4, 1500, offloads: true, Fault.All, machine: 1),
        Of("wire-v6-1280", LabMode.Wire, Family.V6, 1280, offloads: false, [Fault.Loss, Fault.Reordering, Fault.Everything]),
        Of("tc-v6-9000", LabMode.Routed, Family.V6, 9000, offloads: true, [Fault.Loss, Fault.Everything], XdpMode.Off),
        Of("spread-v4-1500", LabMode.Spread, Family.V4, 1500, offloads: false, [Fault.Loss]),
    ];

    private static Site Of(
        string name, LabMode mode, Family family, int mtu, bool offloads, IReadOnlyList<Fault> faults,
        XdpMode xdp = XdpMode.Native, int machine = 2) => new(
        name,
        new LabOptions
        {
            Mode = mode,
            Family = family,
            Mtu = mtu,
            HostSysctls = s_sysctls,
            DssChecksum = mtu != 1500,
            // The gateway's egress sums what it leaves partial, so that the hosts verify it.
            RealChecksums = offloads ? RealChecksums.Gateway : RealChecksums.Everywhere,
        },
        xdp,
        offloads,
        faults,
        machine);
}
