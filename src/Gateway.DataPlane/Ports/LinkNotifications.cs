using System.Runtime.InteropServices;
using Gateway.Bpf;
using Gateway.DataPlane.Native;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane;

/// <summary>
/// The kernel's word that some link of the network namespace changed (rtnetlink(7), group RTMGRP_LINK). What changed is
/// read elsewhere: a notification may be lost, the state itself is not. One thread waits at a time.
/// </summary>
public sealed unsafe class LinkNotifications : IDisposable
{
    private const uint LinkGroup = 1;
    private const int BufferSize = 1 << 14;

    private readonly SafeFileHandle _socket;

    private LinkNotifications(SafeFileHandle socket) => _socket = socket;

    /// <summary>Subscribes in the calling thread's network namespace.</summary>
    /// <exception cref="DataPlaneException">The kernel refuses the socket.</exception>
    public static LinkNotifications Open()
    {
        int descriptor = Libc.socket(Libc.NetlinkFamily, Libc.RawCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw Refused();
        }

        var socket = new SafeFileHandle(descriptor, ownsHandle: true);

        // struct sockaddr_nl: family and padding, port id (0: the kernel chooses), groups.
        uint* address = stackalloc uint[] { Libc.NetlinkFamily, 0, LinkGroup };
        if (Libc.bind(socket, address, 3 * sizeof(uint)) != 0)
        {
            DataPlaneException refused = Refused();
            socket.Dispose();
            throw refused;
        }

        return new LinkNotifications(socket);
    }

    /// <summary>Waits for a change and takes all notifications there are.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <returns>Whether some link may have changed.</returns>
    public bool Wait(TimeSpan timeout)
    {
        var descriptor = new Libc.PollDescriptor { Fd = (int)_socket.DangerousGetHandle(), Events = Libc.PollIn };
        if (Libc.poll(&descriptor, 1, (int)timeout.TotalMilliseconds) <= 0)
        {
            return false;
        }

        byte* buffer = stackalloc byte[BufferSize];

        // ENOBUFS: notifications were lost, which is one too.
        while (Libc.recv(_socket, buffer, BufferSize, Libc.DoNotWait) >= 0 || Marshal.GetLastPInvokeError() == (int)Errno.ENOBUFS)
        {
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static DataPlaneException Refused()
    {
        int error = Marshal.GetLastPInvokeError();
        return new DataPlaneException(
            DataPlaneException.KindOf((Errno)error), $"Link notifications are not available: {Marshal.GetPInvokeErrorMessage(error)}.");
    }
}
