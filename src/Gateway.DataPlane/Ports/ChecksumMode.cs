namespace Gateway.DataPlane;

/// <summary>What the senders behind a port put into the TCP checksum field.</summary>
public enum ChecksumMode
{
    /// <summary>Chosen by driver and XDP mode: veth is probed, hardware is complete, other software devices are unknown.</summary>
    Auto,

    /// <summary>The whole checksum, as on any wire.</summary>
    Complete,

    /// <summary>The pseudo-header sum only (CHECKSUM_PARTIAL): hosts behind veth or tap with tx offload on.</summary>
    Partial,

    /// <summary>Read for each packet from the kernel's own record of it: veth with native XDP, any NIC without XDP.</summary>
    Probe,

    /// <summary>Not known: packets are not edited, and the reason is counted.</summary>
    Unknown,
}
