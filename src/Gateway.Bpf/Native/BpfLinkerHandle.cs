using Microsoft.Win32.SafeHandles;

namespace Gateway.Bpf.Native;

/// <summary>An owned <c>struct bpf_linker *</c>.</summary>
internal sealed class BpfLinkerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal BpfLinkerHandle(nint pointer)
        : base(ownsHandle: true) => SetHandle(pointer);

    protected override bool ReleaseHandle()
    {
        Libbpf.bpf_linker__free(handle);
        return true;
    }
}
