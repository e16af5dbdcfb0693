namespace Gateway.DataPlane;

/// <summary>A wish to attach a NIC.</summary>
/// <param name="Nic">Its name in the calling thread's network namespace.</param>
public sealed record PortRequest(string Nic)
{
    /// <summary>How it stands on the path.</summary>
    public PortMode Mode { get; init; }

    /// <summary>Wire mode: the NIC of the other side, attached with it; null in host mode.</summary>
    public string? Peer { get; init; }

    /// <summary>Where the XDP program runs.</summary>
    public PortXdp Xdp { get; init; }

    /// <summary>What the senders behind it (in wire mode, behind both) put into the checksum field.</summary>
    public ChecksumMode Checksum { get; init; }
}
