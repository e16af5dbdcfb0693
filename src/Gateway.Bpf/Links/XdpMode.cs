namespace Gateway.Bpf;

/// <summary>Where an XDP program runs (XDP_FLAGS_* of linux/if_link.h). There is no automatic choice: slow must not come silently.</summary>
public enum XdpMode
{
    /// <summary>In the network stack, after the skb is made; works on every interface, slowly.</summary>
    Generic = 1 << 1,
    /// <summary>In the driver.</summary>
    Native = 1 << 2,
    /// <summary>On the network card.</summary>
    Hardware = 1 << 3,
}
