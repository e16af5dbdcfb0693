namespace Gateway.Bpf;

/// <summary>Which way packets go at a traffic-control hook (enum bpf_tc_attach_point of libbpf).</summary>
public enum TcDirection
{
    /// <summary>Packets that come in.</summary>
    Ingress = 1 << 0,
    /// <summary>Packets that leave.</summary>
    Egress = 1 << 1,
}
