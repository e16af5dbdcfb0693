using Microsoft.Win32.SafeHandles;

namespace Gateway.Bpf.Native;

/// <summary>An owned <c>struct bpf_object *</c>.</summary>
internal sealed class BpfObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal BpfObjectHandle(nint pointer)
        : base(ownsHandle: true) => SetHandle(pointer);

    protected override bool ReleaseHandle()
    {
        Libbpf.bpf_object__close(handle);
        return true;
    }
}
