namespace Gateway.DataPlane;

/// <summary>What a NIC's driver tells of the checksums its senders hand over.</summary>
internal static class ChecksumDetection
{
    private const string Veth = "veth";

    /// <summary>
    /// Drivers whose frames come straight from another stack of this machine: they may carry CHECKSUM_PARTIAL, and XDP cannot see it.
    /// Names as in the kernel's get_drvinfo.
    /// </summary>
    private static readonly HashSet<string> s_software =
    [
        Veth, "tun", "bridge", "bonding", "team", "802.1Q VLAN Support", "macvlan", "ipvlan", "dummy", "ifb", "vxlan", "geneve",
        "openvswitch", "netkit", "netdevsim",
    ];

    internal static bool IsVeth(string? driver) => driver == Veth;

    /// <summary>The mode that holds for a wish. Of XDP buffers only veth's native ones tell of partial checksums; hardware has whole ones; TC knows of each packet.</summary>
    internal static ChecksumMode Resolve(ChecksumMode wish, string? driver, PortXdp xdp) => wish switch
    {
        _ when xdp == PortXdp.Off => ChecksumMode.Probe,
        ChecksumMode.Auto when IsVeth(driver) && xdp == PortXdp.Native && VethBuffer.SkbOffset != 0 => ChecksumMode.Probe,
        ChecksumMode.Auto when driver is null || s_software.Contains(driver) => ChecksumMode.Unknown,
        ChecksumMode.Auto => ChecksumMode.Complete,
        _ => wish,
    };
}
