using System.Diagnostics.CodeAnalysis;

namespace Gateway.Bpf;

/// <summary>Flags of BPF_MAP_CREATE (linux/bpf.h).</summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "The kernel calls them map flags.")]
[Flags]
public enum BpfMapFlags
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>BPF_F_NO_PREALLOC: allocate entries on insert; required by LPM tries.</summary>
    NoPreallocation = 1 << 0,
    /// <summary>BPF_F_NO_COMMON_LRU: one LRU list per CPU.</summary>
    NoCommonLru = 1 << 1,
    /// <summary>BPF_F_NUMA_NODE.</summary>
    NumaNode = 1 << 2,
    /// <summary>BPF_F_RDONLY: user space may only read.</summary>
    ReadOnly = 1 << 3,
    /// <summary>BPF_F_WRONLY: user space may only write.</summary>
    WriteOnly = 1 << 4,
    /// <summary>BPF_F_RDONLY_PROG: programs may only read.</summary>
    ReadOnlyForPrograms = 1 << 7,
    /// <summary>BPF_F_WRONLY_PROG: programs may only write.</summary>
    WriteOnlyForPrograms = 1 << 8,
    /// <summary>BPF_F_MMAPABLE.</summary>
    MemoryMappable = 1 << 10,
    /// <summary>BPF_F_INNER_MAP: an inner array may differ in size from its template (Linux 5.10).</summary>
    InnerMap = 1 << 12,
}
