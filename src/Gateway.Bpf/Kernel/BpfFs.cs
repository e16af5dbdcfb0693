using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>The bpf file system, where maps, programs and links outlive processes.</summary>
public static unsafe class BpfFs
{
    private const long Magic = 0xcafe4a11;

    /// <summary>Where distributions mount it.</summary>
    public const string DefaultPath = "/sys/fs/bpf";

    /// <summary>Whether a path lies in a bpf file system.</summary>
    /// <param name="path">An existing directory or file.</param>
    /// <returns>False when the path does not exist or lies elsewhere.</returns>
    public static bool IsMounted(string path = DefaultPath)
    {
        // struct statfs starts with f_type, a long, on x86-64 and arm64.
        long* buffer = stackalloc long[32];
        return Libc.statfs(path, (byte*)buffer) == 0 && buffer[0] == Magic;
    }

    /// <summary>Mounts a bpf file system, unless the path is in one already; creates the directory.</summary>
    /// <param name="path">The mount point.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static void Mount(string path = DefaultPath)
    {
        if (IsMounted(path))
        {
            return;
        }

        Directory.CreateDirectory(path);
        if (Libc.mount("bpf", path, "bpf", 0, "mode=0700") != 0)
        {
            throw BpfException.From(
                Marshal.GetLastPInvokeError(),
                $"Mounting a bpf file system on {path}",
                "Run as root (CAP_SYS_ADMIN), or mount it beforehand: mount -t bpf bpf " + path);
        }
    }

    /// <summary>Removes a pin. What it held lives on while something else holds it.</summary>
    /// <param name="path">The pin.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static bool Unpin(string path)
    {
        if (Libc.unlink(path) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return (Errno)error == Errno.ENOENT ? false : throw BpfException.From(error, $"Removing the pin {path}", PinHint(error, path));
    }

    /// <summary>Gives a pin another name; what was pinned there before loses that name in the same step.</summary>
    /// <param name="from">The pin.</param>
    /// <param name="to">Its new name, in the same bpf file system.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static void Move(string from, string to)
    {
        if (Libc.rename(from, to) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw BpfException.From(error, $"Moving the pin {from} to {to}", PinHint(error, from));
        }
    }

    internal static void Pin(BpfFd handle, string path, string what)
    {
        using LibbpfOutput output = LibbpfOutput.Capture();
        int error = Libbpf.bpf_obj_pin(handle, path);
        if (error < 0)
        {
            throw BpfException.From(error, $"Pinning {what} to {path}", PinHint(error, path));
        }
    }

    internal static BpfFd OpenPin(string path, BpfPinKind kind)
    {
        using LibbpfOutput output = LibbpfOutput.Capture();
        int fd = Libbpf.bpf_obj_get(path);
        if (fd < 0)
        {
            throw BpfException.From(fd, $"Opening the pinned {Noun(kind)} {path}", PinHint(fd, path));
        }

        var handle = new BpfFd(fd);
        string? found = new FileInfo($"/proc/self/fd/{fd}").LinkTarget;
        if (found is not null && !found.Contains(Word(kind), StringComparison.Ordinal))
        {
            handle.Dispose();
            throw BpfException.From(
                -(int)Errno.EINVAL, $"Opening the pinned {Noun(kind)} {path}", $"The pin holds something else ({found}): remove it.");
        }

        return handle;
    }

    private static string Noun(BpfPinKind kind) => kind.ToString().ToLowerInvariant();

    private static string Word(BpfPinKind kind) => kind switch
    {
        BpfPinKind.Map => "bpf-map",
        BpfPinKind.Program => "bpf-prog",
        // "bpf_link" or "bpf-link", depending on the kernel.
        _ => "link",
    };

    private static string? PinHint(int error, string path) => (Errno)Math.Abs(error) switch
    {
        Errno.EEXIST => "Something is pinned there: remove it first or choose another path.",
        Errno.ENOENT when !Directory.Exists(Path.GetDirectoryName(path)) => $"Create the directory {Path.GetDirectoryName(path)} first.",
        Errno.ENOENT => "Nothing is pinned there.",
        Errno.EROFS => "The bpf file system is read-only here: in a systemd unit set ProtectKernelTunables=no.",
        Errno.EPERM or Errno.EINVAL or Errno.EACCES when !IsMounted(Path.GetDirectoryName(path) ?? "/") => ErrorHint.NotBpfFileSystem,
        Errno.EPERM when Path.GetFileName(path).Contains('.', StringComparison.Ordinal) => "Pin names must not contain a dot.",
        _ => null,
    };
}
