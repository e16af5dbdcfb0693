using System.Runtime.InteropServices;
using System.Text;
using Gateway.Bpf;
using Gateway.DataPlane.Native;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane;

/// <summary>An flock(2) on a file, so that one process at a time manages a pin directory. It ends with the process.</summary>
internal sealed class PinLock : IDisposable
{
    private readonly FileStream _file;

    private PinLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or says who has it.</summary>
    /// <exception cref="DataPlaneException">AlreadyExists: another process has it.</exception>
    internal static PinLock Take(string path, string pinRoot)
    {
        FileStream file;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // The runtime's own ways to open a file take a lock that collides with the one that is asked for here.
            file = new FileStream(Open(path), FileAccess.ReadWrite, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataPlaneException(
                failure is UnauthorizedAccessException ? DataPlaneErrorKind.PermissionDenied : DataPlaneErrorKind.FailedPrecondition,
                $"The lock file {path} cannot be opened ({failure.Message}): run as root or choose another path.",
                failure);
        }

        try
        {
            SafeFileHandle handle = file.SafeFileHandle;
            if (Libc.flock(handle, Libc.LockExclusive | Libc.LockNonBlocking) != 0)
            {
                throw Refusal((Errno)Marshal.GetLastPInvokeError(), file, path, pinRoot);
            }

            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            file.Flush();
            return new PinLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Gives the lock back; the file stays, empty.</summary>
    public void Dispose()
    {
        if (_file.CanWrite)
        {
            _file.SetLength(0);
            // Closing is not enough: a child that is just being started may still have a copy of the descriptor.
            _ = Libc.flock(_file.SafeFileHandle, Libc.Unlock);
        }

        _file.Dispose();
    }

    private static SafeFileHandle Open(string path)
    {
        const uint mode = 0x1a4; // rw-r--r--
        SafeFileHandle handle = Libc.open(path, Libc.ReadWriteCreateCloseOnExec, mode);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        int error = Marshal.GetLastPInvokeError();
        string message = Marshal.GetPInvokeErrorMessage(error);
        throw (Errno)error is Errno.EACCES or Errno.EPERM ? new UnauthorizedAccessException(message) : new IOException(message);
    }

    private static DataPlaneException Refusal(Errno errno, FileStream file, string path, string pinRoot)
    {
        if (errno != Errno.EAGAIN)
        {
            return new DataPlaneException(
                DataPlaneException.KindOf(errno), $"Locking {path} failed: {Marshal.GetPInvokeErrorMessage((int)errno)}.");
        }

        using var reader = new StreamReader(file);
        string owner = reader.ReadToEnd().Trim();
        return new DataPlaneException(
            DataPlaneErrorKind.AlreadyExists,
            $"Another gatewayd (pid {(owner.Length > 0 ? owner : "unknown")}) manages {pinRoot}: stop it first, or use another pin directory.");
    }
}
