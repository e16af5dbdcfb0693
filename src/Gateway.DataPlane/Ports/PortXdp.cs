namespace Gateway.DataPlane;

/// <summary>Where a port's ingress program runs; never changed silently.</summary>
public enum PortXdp
{
    /// <summary>In the driver.</summary>
    Native,

    /// <summary>In the stack, after the skb was made: slower, on any NIC.</summary>
    Generic,

    /// <summary>
    /// No XDP: TC ingress (TCX, clsact before Linux 6.6) on any NIC in host mode. Super-packets stay whole, and the kernel tells of
    /// each packet whether its checksum is still to be made.
    /// </summary>
    Off,
}
