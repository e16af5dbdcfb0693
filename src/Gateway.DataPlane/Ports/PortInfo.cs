namespace Gateway.DataPlane;

/// <summary>A managed NIC.</summary>
/// <param name="Index">The gateway's own number for it, 0-63: bit of masks, index of policy places.</param>
/// <param name="Nic">Its name.</param>
/// <param name="Ifindex">The kernel's number for it.</param>
/// <param name="Mode">How it stands on the path.</param>
/// <param name="Peer">Wire mode: the NIC of the other side.</param>
/// <param name="Xdp">Where the XDP program runs.</param>
/// <param name="Checksum">What holds: never <see cref="ChecksumMode.Auto"/>.</param>
/// <param name="Driver">As ethtool -i shows it; null when it tells none.</param>
/// <param name="Mtu">Bytes of an IP packet, as last refreshed.</param>
/// <param name="Egress">What runs the egress policy.</param>
/// <param name="Up">Up with carrier, as last refreshed.</param>
/// <param name="Gone">The NIC no longer exists: detach the port.</param>
/// <param name="RenamedTo">Its name by now, when it is another; policies go on to know it as <paramref name="Nic"/>. Else null.</param>
public sealed record PortInfo(
    int Index,
    string Nic,
    int Ifindex,
    PortMode Mode,
    string? Peer,
    PortXdp Xdp,
    ChecksumMode Checksum,
    string? Driver,
    int Mtu,
    EgressAttachment Egress,
    bool Up,
    bool Gone,
    string? RenamedTo = null);
