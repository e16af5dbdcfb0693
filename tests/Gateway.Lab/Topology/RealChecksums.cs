namespace Gateway.Lab;

/// <summary>
/// Who really computes TCP checksums (tx checksum offload off). Between veths nobody else does, so corruption
/// stays unseen.
/// </summary>
[Flags]
public enum RealChecksums
{
    /// <summary>Nobody: packets carry partial checksums from end to end, as between VMs or containers.</summary>
    None = 0,

    /// <summary>The client.</summary>
    Client = 1,

    /// <summary>The server.</summary>
    Server = 2,

    /// <summary>Client and server, as hosts behind physical NICs.</summary>
    Hosts = Client | Server,

    /// <summary>The gateway's egress: sums its data path left partial are completed there, and the receiver verifies them.</summary>
    Gateway = 4,

    /// <summary>Hosts and gateway.</summary>
    Everywhere = Hosts | Gateway,
}
