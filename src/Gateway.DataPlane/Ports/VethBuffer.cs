using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Where veth's XDP buffer holds the skb of a frame (drivers/net/veth.c, struct veth_xdp_buff, Linux 6.3).</summary>
internal static class VethBuffer
{
    private static uint s_skb;

    /// <summary>Bytes from the start of the buffer, which is a struct xdp_buff; 0 when this kernel does not tell.</summary>
    internal static uint SkbOffset
    {
        get
        {
            // Not known yet can become known: veth may be a module.
            if (s_skb == 0
                && KernelTypes.SizeOf("xdp_buff") is { } plain
                && KernelTypes.SizeOf("veth_xdp_buff", "veth") == plain + sizeof(ulong))
            {
                s_skb = (uint)plain;
            }

            return s_skb;
        }
    }
}
