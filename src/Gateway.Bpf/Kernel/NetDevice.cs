using System.Runtime.InteropServices;
using System.Text;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Network interfaces of the calling thread's network namespace.</summary>
public static unsafe class NetDevice
{
    private const int InternetFamily = 2;
    private const int DatagramCloseOnExec = 2 | 0x8_0000;
    private const ulong EthtoolRequest = 0x8946;
    private const uint GetDriverInfo = 3;
    private const int DriverInfoSize = 196;

    /// <summary>An interface's index.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The index, greater than 0.</returns>
    /// <exception cref="BpfException">ENODEV: no such interface.</exception>
    public static int IndexOf(string name)
    {
        uint index = Libc.if_nametoindex(name);
        return index != 0
            ? (int)index
            : throw BpfException.From(Marshal.GetLastPInvokeError(), $"Finding network interface '{name}'");
    }

    /// <summary>An interface's name.</summary>
    /// <param name="ifindex">Its index.</param>
    /// <returns>The name, or null when there is no such interface.</returns>
    public static string? NameOf(int ifindex)
    {
        byte* name = stackalloc byte[Libc.InterfaceNameSize];
        nint found = ifindex <= 0 ? 0 : Libc.if_indextoname((uint)ifindex, name);
        return found == 0 ? null : NativeText.Read(name, Libc.InterfaceNameSize);
    }

    /// <summary>The driver behind an interface, as ethtool -i shows it.</summary>
    /// <param name="name">The interface's name.</param>
    /// <returns>Such as "veth" or "virtio_net"; null when it tells none or is unknown.</returns>
    public static string? DriverOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int socket = Libc.socket(InternetFamily, DatagramCloseOnExec, 0);
        if (socket < 0 || Encoding.UTF8.GetByteCount(name) >= Libc.InterfaceNameSize)
        {
            return null;
        }

        using var handle = new BpfFd(socket);
        byte* info = stackalloc byte[DriverInfoSize];
        new Span<byte>(info, DriverInfoSize).Clear();
        *(uint*)info = GetDriverInfo;

        // struct ifreq: the name, then a union that holds the pointer.
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        Encoding.UTF8.GetBytes(name, new Span<byte>(request, Libc.InterfaceNameSize));
        *(byte**)(request + Libc.InterfaceNameSize) = info;
        return Libc.ioctl(handle, EthtoolRequest, request) == 0 ? NativeText.Read(info + 4, 32) : null;
    }

    /// <summary>An interface as messages name it: "eth0 (driver virtio_net)".</summary>
    internal static string Describe(int ifindex) => NameOf(ifindex) switch
    {
        null => $"interface {ifindex}",
        string name => $"{name} (driver {DriverOf(name) ?? "unknown"})",
    };
}
