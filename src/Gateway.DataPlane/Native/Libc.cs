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

    internal const int ReadWriteCreateCloseOnExec = 2 | 0x40 | 0x8_0000;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string path, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(SafeFileHandle fd, int operation);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(SafeFileHandle fd, ulong request, void* argument);
}
