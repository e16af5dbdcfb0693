namespace Gateway.Bpf;

/// <summary>Attach types the gateway uses (enum bpf_attach_type of linux/bpf.h).</summary>
public enum BpfAttachType
{
    /// <summary>No expectation (the enum's zero, BPF_CGROUP_INET_INGRESS, means nothing to our program types).</summary>
    None = 0,
    /// <summary>XDP program run by a devmap entry, after a redirect.</summary>
    XdpDevmap = 33,
    /// <summary>XDP program run by a cpumap entry.</summary>
    XdpCpumap = 35,
    /// <summary>XDP at a network interface.</summary>
    Xdp = 37,
    /// <summary>TCX ingress (Linux 6.6).</summary>
    TcxIngress = 46,
    /// <summary>TCX egress (Linux 6.6).</summary>
    TcxEgress = 47,
}
