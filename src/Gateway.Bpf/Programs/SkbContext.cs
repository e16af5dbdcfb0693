using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.Bpf;

/// <summary>
/// struct __sk_buff of linux/bpf.h, 192 bytes, host byte order. A test run accepts the fields named here as
/// input and refuses any other that is not zero.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
public struct SkbContext
{
    /// <summary>Packet length in bytes; output only.</summary>
    [FieldOffset(0)]
    public uint Length;

    /// <summary>The skb mark.</summary>
    [FieldOffset(8)]
    public uint Mark;

    /// <summary>The skb priority.</summary>
    [FieldOffset(32)]
    public uint Priority;

    /// <summary>Interface the packet came in by.</summary>
    [FieldOffset(36)]
    public uint IngressIfindex;

    /// <summary>Interface the packet is on.</summary>
    [FieldOffset(40)]
    public uint Ifindex;

    /// <summary>The five words of skb->cb that programs may use.</summary>
    [FieldOffset(48)]
    public ControlBlock Control;

    /// <summary>Time stamp in nanoseconds.</summary>
    [FieldOffset(152)]
    public ulong Timestamp;

    /// <summary>Length on the wire in bytes; at least the packet's length.</summary>
    [FieldOffset(160)]
    public uint WireLength;

    /// <summary>Segments of a GSO packet.</summary>
    [FieldOffset(164)]
    public uint GsoSegments;

    /// <summary>Payload bytes of each segment of a GSO packet; 0 when the packet is no GSO packet.</summary>
    [FieldOffset(176)]
    public uint GsoSize;

    /// <summary>The five 32-bit words of <c>cb</c>.</summary>
    [InlineArray(5)]
    public struct ControlBlock
    {
        private uint _word;
    }
}
