using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Gateway.Bpf;
using Gateway.Policy;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane.Native;

/// <summary>
/// What the kernel says about a NIC of the calling thread's network namespace. Asked by ioctl (netdevice(7)):
/// /sys may show another namespace.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Ifindex">Interface index.</param>
/// <param name="Mtu">Bytes of an IP packet.</param>
/// <param name="HardwareType">ARPHRD_ number (linux/if_arp.h).</param>
/// <param name="Mac">Hardware address.</param>
/// <param name="Up">Administratively up and carrier present.</param>
/// <param name="Promiscuous">Told to take frames for other hosts.</param>
internal sealed record NicFacts(string Name, int Ifindex, int Mtu, int HardwareType, MacAddress Mac, bool Up, bool Promiscuous)
{
    internal const int Ethernet = 1;
    internal const int Loopback = 772;

    private const int NameSize = 16;
    private const int RequestSize = 40;
    private const ulong GetFlags = 0x8913;
    private const ulong SetFlags = 0x8914;
    private const ulong GetMtu = 0x8921;
    private const ulong GetHardwareAddress = 0x8927;
    private const ulong GetIndex = 0x8933;
    private const int FlagsUpAndRunning = 0x1 | 0x40;
    private const short FlagPromiscuous = 0x100;
    private const int NoSuchDevice = (int)Errno.ENODEV;

    /// <summary>Asks for all of it; null when there is no such NIC.</summary>
    internal static NicFacts? Read(string nic)
    {
        if (nic.Length == 0 || Encoding.UTF8.GetByteCount(nic) >= NameSize)
        {
            return null;
        }

        using SafeFileHandle handle = Open(nic);
        Span<byte> request = stackalloc byte[RequestSize];
        if (!Ask(handle, nic, GetIndex, request))
        {
            return null;
        }

        int ifindex = MemoryMarshal.Read<int>(request[NameSize..]);
        if (!Ask(handle, nic, GetMtu, request))
        {
            return null;
        }

        int mtu = MemoryMarshal.Read<int>(request[NameSize..]);
        if (!Ask(handle, nic, GetFlags, request))
        {
            return null;
        }

        short flags = MemoryMarshal.Read<short>(request[NameSize..]);
        if (!Ask(handle, nic, GetHardwareAddress, request))
        {
            return null;
        }

        // struct sockaddr: family, then the address.
        int type = MemoryMarshal.Read<ushort>(request[NameSize..]);
        ulong mac = BinaryPrimitives.ReadUInt64BigEndian(request[(NameSize + 2)..]) >> 16;
        return new NicFacts(nic, ifindex, mtu, type, new MacAddress(mac), (flags & FlagsUpAndRunning) == FlagsUpAndRunning, (flags & FlagPromiscuous) != 0);
    }

    /// <summary>Has a NIC take frames for other hosts.</summary>
    /// <exception cref="DataPlaneException">There is no such NIC, or the kernel refuses.</exception>
    internal static void SetPromiscuous(string nic)
    {
        using SafeFileHandle handle = Open(nic);
        Span<byte> request = stackalloc byte[RequestSize];
        Span<byte> flags = stackalloc byte[sizeof(short)];
        bool there = Ask(handle, nic, GetFlags, request);
        short promiscuous = (short)(MemoryMarshal.Read<short>(request[NameSize..]) | FlagPromiscuous);
        MemoryMarshal.Write(flags, in promiscuous);
        if (!there || !Ask(handle, nic, SetFlags, request, flags))
        {
            throw new DataPlaneException(DataPlaneErrorKind.NotFound, $"There is no NIC '{nic}'.");
        }
    }

    private static SafeFileHandle Open(string nic)
    {
        int socket = Libc.socket(Libc.InternetFamily, Libc.DatagramCloseOnExec, 0);
        return socket >= 0
            ? new SafeFileHandle(socket, ownsHandle: true)
            : throw new DataPlaneException(
                DataPlaneErrorKind.Internal, $"No socket to ask for NIC '{nic}': {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private static unsafe bool Ask(SafeFileHandle socket, string nic, ulong what, Span<byte> request, ReadOnlySpan<byte> content = default)
    {
        request.Clear();
        Encoding.UTF8.GetBytes(nic, request);
        content.CopyTo(request[NameSize..]);
        int result;
        int error;
        fixed (byte* argument = request)
        {
            result = Libc.ioctl(socket, what, argument);
            error = Marshal.GetLastPInvokeError();
        }

        return result == 0 || (error == NoSuchDevice
            ? false
            : throw new DataPlaneException(
                DataPlaneException.KindOf((Errno)error), $"Asking for NIC '{nic}' failed: {Marshal.GetPInvokeErrorMessage(error)}."));
    }
}
