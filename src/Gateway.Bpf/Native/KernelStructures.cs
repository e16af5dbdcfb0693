using System.Runtime.InteropServices;

namespace Gateway.Bpf.Native;

// Structures of include/uapi/linux/bpf.h. The kernel fills as much as it knows and leaves the rest zero.

[StructLayout(LayoutKind.Explicit, Size = 88)]
internal unsafe struct KernelMapInfo
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(8)] internal uint KeySize;
    [FieldOffset(12)] internal uint ValueSize;
    [FieldOffset(16)] internal uint MaxEntries;
    [FieldOffset(20)] internal uint Flags;
    [FieldOffset(24)] internal fixed byte Name[16];
}

[StructLayout(LayoutKind.Explicit, Size = 232)]
internal unsafe struct KernelProgramInfo
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(8)] internal fixed byte Tag[8];
    [FieldOffset(16)] internal uint JitedLength;
    [FieldOffset(20)] internal uint XlatedLength;
    [FieldOffset(40)] internal ulong LoadTime;
    [FieldOffset(52)] internal uint MapCount;
    [FieldOffset(56)] internal ulong MapIds;
    [FieldOffset(64)] internal fixed byte Name[16];
    [FieldOffset(192)] internal ulong RunTime;
    [FieldOffset(200)] internal ulong RunCount;
    [FieldOffset(216)] internal uint VerifiedInstructions;
}

/// <summary>bpf_link_info; XDP and TCX links both put the interface index first in the union.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct KernelLinkInfo
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Id;
    [FieldOffset(8)] internal uint ProgramId;
    [FieldOffset(16)] internal uint Ifindex;
    [FieldOffset(20)] internal uint AttachType;
}

/// <summary>The link_create member of union bpf_attr with its tcx part (Linux 6.6).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkCreateAttribute
{
    internal uint ProgramFd;
    internal uint TargetIfindex;
    internal uint AttachType;
    internal uint Flags;
    internal uint RelativeFd;
    internal uint Reserved;
    internal ulong ExpectedRevision;
}
