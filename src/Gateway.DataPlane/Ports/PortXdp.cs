namespace Gateway.DataPlane;

/// <summary>Where a port's XDP program runs; never changed silently.</summary>
public enum PortXdp
{
    /// <summary>In the driver.</summary>
    Native,

    /// <summary>In the stack, after the skb was made: slower, on any NIC.</summary>
    Generic,
}
