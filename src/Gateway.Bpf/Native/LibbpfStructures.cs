using System.Runtime.InteropServices;

namespace Gateway.Bpf.Native;

// Option structures of libbpf (bpf/libbpf.h, bpf/bpf.h): the first field is the structure's own size.

[StructLayout(LayoutKind.Explicit, Size = 80)]
internal unsafe struct BpfObjectOpenOpts
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(8)] internal byte* ObjectName;
}

[StructLayout(LayoutKind.Sequential)]
internal struct BpfMapCreateOpts
{
    internal nuint Size;
    internal uint BtfFd;
    internal uint BtfKeyTypeId;
    internal uint BtfValueTypeId;
    internal uint BtfVmlinuxValueTypeId;
    internal uint InnerMapFd;
    internal uint MapFlags;
    internal ulong MapExtra;
    internal uint NumaNode;
    internal uint MapIfindex;
}

[StructLayout(LayoutKind.Sequential)]
internal struct BpfMapBatchOpts
{
    internal nuint Size;
    internal ulong ElementFlags;
    internal ulong Flags;
}

/// <summary>The head of bpf_prog_load_opts; libbpf takes fields beyond Size as zero.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfProgLoadOpts
{
    internal nuint Size;
    internal int Attempts;
    internal int ExpectedAttachType;
    internal uint ProgramBtfFd;
    internal uint ProgramFlags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfTestRunOpts
{
    internal nuint Size;
    internal byte* DataIn;
    internal byte* DataOut;
    internal uint DataSizeIn;
    internal uint DataSizeOut;
    internal byte* ContextIn;
    internal byte* ContextOut;
    internal uint ContextSizeIn;
    internal uint ContextSizeOut;
    internal uint ReturnValue;
    internal int Repeat;
    internal uint Duration;
    internal uint Flags;
    internal uint Cpu;
    internal uint BatchSize;
}

[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct BpfLinkCreateOpts
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(8)] internal uint Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal struct BpfLinkUpdateOpts
{
    internal nuint Size;
    internal uint Flags;
    internal uint OldProgramFd;
}

[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct BpfXdpQueryOpts
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(8)] internal uint ProgramId;
    [FieldOffset(12)] internal uint NativeProgramId;
    [FieldOffset(16)] internal uint HardwareProgramId;
    [FieldOffset(20)] internal uint GenericProgramId;
    [FieldOffset(24)] internal byte AttachMode;
}

[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct BpfTcHook
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(8)] internal int Ifindex;
    [FieldOffset(12)] internal int AttachPoint;
    [FieldOffset(16)] internal uint Parent;
}

[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct BpfTcOpts
{
    [FieldOffset(0)] internal nuint Size;
    [FieldOffset(8)] internal int ProgramFd;
    [FieldOffset(12)] internal uint Flags;
    [FieldOffset(16)] internal uint ProgramId;
    [FieldOffset(20)] internal uint Handle;
    [FieldOffset(24)] internal uint Priority;
}
