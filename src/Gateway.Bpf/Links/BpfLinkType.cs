namespace Gateway.Bpf;

/// <summary>Kinds of links the gateway meets (enum bpf_link_type of linux/bpf.h); other numbers are passed through.</summary>
public enum BpfLinkType
{
    /// <summary>Not set.</summary>
    Unspecified = 0,
    /// <summary>XDP at an interface.</summary>
    Xdp = 6,
    /// <summary>TCX at an interface (Linux 6.6).</summary>
    Tcx = 11,
}
