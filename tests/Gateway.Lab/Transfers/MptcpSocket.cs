using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>Sockets of IPPROTO_MPTCP, which <see cref="Socket"/> does not open by itself.</summary>
internal static partial class MptcpSocket
{
    private const int SockStream = 1, SockCloexec = 0x80000;
    private const int IpProtoTcp = 6, IpProtoMptcp = 262;
    private const int AfInet = 2, AfInet6 = 10;
    private const nuint SiocOutq = 0x5411;

    /// <summary>Opens a blocking stream socket.</summary>
    public static Socket Open(AddressFamily family, bool mptcp)
    {
        int descriptor = OpenSocket(
            family == AddressFamily.InterNetworkV6 ? AfInet6 : AfInet, SockStream | SockCloexec, mptcp ? IpProtoMptcp : IpProtoTcp);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "An MPTCP socket cannot be opened: is net.mptcp.enabled set?");
    }

    /// <summary>Bytes the peer has not acknowledged at data level.</summary>
    public static int Unacknowledged(Socket socket) =>
        Ioctl(socket.SafeHandle, SiocOutq, out int bytes) == 0 ? bytes : 0;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeSocketHandle socket, nuint request, out int value);
}
