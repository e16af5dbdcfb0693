using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane.Native;

/// <summary>C library functions the runtime does not offer; -1 means failure with errno set.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;
    internal const int Unlock = 8;
    internal const int InternetFamily = 2;
    internal const int DatagramCloseOnExec = 2 | 0x8_0000;

    internal const int NetlinkFamily = 16;
    internal const int RawCloseOnExec = 3 | 0x8_0000;
    internal const short PollIn = 1;
    internal const int DoNotWait = 0x40;

    internal const int ReadWriteCreateCloseOnExec = 2 | 0x40 | 0x8_0000;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string path, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(SafeFileHandle fd, int operation);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(SafeFileHandle fd, ulong request, void* argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bind(SafeFileHandle fd, void* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recv(SafeFileHandle fd, void* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendto(SafeFileHandle fd, byte* buffer, nuint length, int flags, void* address, uint addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int timeout);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }
}
