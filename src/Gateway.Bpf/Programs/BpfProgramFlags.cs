using System.Diagnostics.CodeAnalysis;

namespace Gateway.Bpf;

/// <summary>Flags of BPF_PROG_LOAD (linux/bpf.h).</summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "The kernel calls them program flags.")]
[Flags]
public enum BpfProgramFlags
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>BPF_F_STRICT_ALIGNMENT.</summary>
    StrictAlignment = 1 << 0,
    /// <summary>BPF_F_ANY_ALIGNMENT.</summary>
    AnyAlignment = 1 << 1,
    /// <summary>BPF_F_SLEEPABLE.</summary>
    Sleepable = 1 << 4,
    /// <summary>BPF_F_XDP_HAS_FRAGS: the program handles packets in several buffers (Linux 5.18).</summary>
    XdpHasFrags = 1 << 5,
}
