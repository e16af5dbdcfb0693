namespace Gateway.DataPlane.Tests.Packets;

/// <summary>The packet programs a bench runs.</summary>
internal enum BenchProgram
{
    /// <summary>XDP ingress, host and wire mode.</summary>
    XdpIngress,

    /// <summary>TC ingress of a host-mode port without XDP.</summary>
    TcIngress,

    /// <summary>TC egress of a host-mode port.</summary>
    TcEgress,

    /// <summary>Egress of a wire-mode port.</summary>
    Devmap,
}
