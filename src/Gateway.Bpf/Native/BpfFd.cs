using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Bpf.Native;

/// <summary>An owned file descriptor of a kernel object, closed exactly once.</summary>
internal sealed class BpfFd : SafeHandleMinusOneIsInvalid
{
    internal BpfFd(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The number, for values in maps and option structures; the caller keeps this object alive.</summary>
    internal int Number => (int)DangerousGetHandle();

    /// <summary>Takes a descriptor or negative errno from a native call.</summary>
    internal static BpfFd FromResult(int result, string operation, string? hint = null) =>
        result >= 0 ? new BpfFd(result) : throw BpfException.From(result, operation, hint);

    /// <summary>Makes an owned copy of a descriptor that belongs to someone else.</summary>
    internal static BpfFd Duplicate(int fd)
    {
        int copy = Libc.fcntl(fd, Libc.DuplicateCloseOnExec, 3);
        return FromResult(copy >= 0 ? copy : -Marshal.GetLastPInvokeError(), "Duplicating a descriptor");
    }

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
