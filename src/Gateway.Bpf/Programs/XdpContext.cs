using System.Runtime.InteropServices;

namespace Gateway.Bpf;

/// <summary>
/// struct xdp_md of linux/bpf.h, 24 bytes, host byte order. As a test run's input, <see cref="Data"/> is the
/// length of the metadata in front of the packet and <see cref="DataEnd"/> the length of both together.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public record struct XdpContext
{
    /// <summary>Offset of the packet's first byte.</summary>
    public uint Data { get; set; }

    /// <summary>Offset behind the packet's last byte.</summary>
    public uint DataEnd { get; set; }

    /// <summary>Offset of the metadata; 0 in test runs.</summary>
    public uint DataMeta { get; set; }

    /// <summary>Interface the packet came in by; 0 means the namespace's loopback in test runs.</summary>
    public uint IngressIfindex { get; set; }

    /// <summary>Receive queue.</summary>
    public uint RxQueueIndex { get; set; }

    /// <summary>Interface the packet leaves by (devmap programs); 0 in test runs.</summary>
    public uint EgressIfindex { get; set; }
}
