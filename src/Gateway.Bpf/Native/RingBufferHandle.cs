using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Bpf.Native;

/// <summary>An owned <c>struct ring_buffer *</c> and the GC handle its callback receives; both end together.</summary>
internal sealed class RingBufferHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private GCHandle _context;

    internal RingBufferHandle(nint pointer, GCHandle context)
        : base(ownsHandle: true)
    {
        SetHandle(pointer);
        _context = context;
    }

    protected override bool ReleaseHandle()
    {
        Libbpf.ring_buffer__free(handle);
        _context.Free();
        return true;
    }
}
