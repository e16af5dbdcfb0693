using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Daemon.Native;

/// <summary>C library functions the runtime does not offer; -1 means failure with errno set.</summary>
internal static partial class Libc
{
    private const string Library = "libc";

    /// <summary>O_RDONLY, O_DIRECTORY and O_CLOEXEC (asm-generic/fcntl.h).</summary>
    internal const int ReadDirectoryCloseOnExec = 0x1_0000 | 0x8_0000;

    /// <summary>O_RDWR, O_CREAT, O_APPEND and O_CLOEXEC (asm-generic/fcntl.h).</summary>
    internal const int AppendCreateCloseOnExec = 0x2 | 0x40 | 0x400 | 0x8_0000;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial uint geteuid();

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string path, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fsync(SafeFileHandle fd);
}
