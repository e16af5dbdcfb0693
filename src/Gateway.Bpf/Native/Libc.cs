using System.Runtime.InteropServices;

namespace Gateway.Bpf.Native;

/// <summary>System calls and C library functions the runtime does not offer; -1 means failure with errno set.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    internal const int DuplicateCloseOnExec = 1030;
    internal const int CloneNewNet = 0x4000_0000;
    internal const int OpenReadOnlyCloseOnExec = 0x8_0000;
    internal const int InterfaceNameSize = 16;
    internal const uint MemoryFileCloseOnExec = 1;

    /// <summary>Number of the bpf(2) system call on this processor.</summary>
    internal static long BpfSystemCall =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial long syscall(long number, long command, void* attribute, ulong size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, int mode);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rename(string from, string to);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statfs(string path, byte* buffer);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string type, ulong flags, string? data);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setns(BpfFd fd, int type);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(BpfFd fd, ulong request, void* argument);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint if_indextoname(uint index, byte* name);

    [LibraryImport(Library)]
    internal static partial int vasprintf(byte** text, byte* format, nint arguments);

    [LibraryImport(Library)]
    internal static partial void free(void* memory);
}
