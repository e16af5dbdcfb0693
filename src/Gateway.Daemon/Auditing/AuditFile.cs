using System.Runtime.InteropServices;
using Gateway.Daemon.Native;
using Gateway.Daemon.Policies;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Daemon.Auditing;

/// <summary>
/// A file that only grows: each entry is appended by one write and on disk before <see cref="Append"/> returns. The file is
/// opened anew each time, so it may be renamed or given the attribute a (chattr(1)) while the daemon runs.
/// </summary>
internal sealed class AuditFile(string path)
{
    private const uint Mode = 0b110_100_000u;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Appends lines, each with its line feed.</summary>
    /// <exception cref="IOException">They cannot be stored.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        using SafeFileHandle handle = Libc.open(path, Libc.AppendCreateCloseOnExec, Mode);
        if (handle.IsInvalid)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        long length = RandomAccess.GetLength(handle);
        byte last = (byte)'\n';
        if (length > 0)
        {
            RandomAccess.Read(handle, new Span<byte>(ref last), length - 1);
        }

        // What a full disk or a power loss cut off stays a line of its own. With O_APPEND the offset does not matter.
        RandomAccess.Write(handle, last == '\n' ? lines : (byte[])[(byte)'\n', .. lines], length);
        RandomAccess.FlushToDisk(handle);
        if (length == 0)
        {
            AtomicFile.FlushDirectory(System.IO.Path.GetDirectoryName(path)!);
        }
    }
}
