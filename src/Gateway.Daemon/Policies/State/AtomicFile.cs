using System.Runtime.InteropServices;
using Gateway.Daemon.Native;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Daemon.Policies;

/// <summary>Files that are there whole or not at all, also after a power loss.</summary>
internal static class AtomicFile
{
    /// <summary>Ending of files that are not whole yet.</summary>
    public const string Unfinished = ".new";

    /// <summary>Writes beside the file, has it on disk, and gives it its name.</summary>
    /// <exception cref="IOException">It cannot be stored: the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be stored: the file is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string unfinished = path + Unfinished;
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Gives a file another name.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(to)!);
    }

    /// <summary>Has the names in a directory on disk (fsync(2)).</summary>
    /// <exception cref="IOException">They cannot be stored.</exception>
    public static void FlushDirectory(string directory)
    {
        using SafeFileHandle handle = Libc.open(directory, Libc.ReadDirectoryCloseOnExec);
        if (handle.IsInvalid || Libc.fsync(handle) != 0)
        {
            throw new IOException($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
