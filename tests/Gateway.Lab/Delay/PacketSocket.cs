using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Lab;

/// <summary>
/// An AF_PACKET socket bound to an interface (packet(7)). Every frame is preceded by a virtio_net_hdr, so GSO frames and
/// partial checksums pass as they are.
/// </summary>
internal sealed partial class PacketSocket : IDisposable
{
    /// <summary>Largest frame: 64 KiB of IP, an Ethernet header with VLAN tags, and the virtio_net_hdr.</summary>
    public const int MaxFrame = 65536 + 64;

    private const int AfPacket = 17, SockRaw = 3, SockCloexec = 0x80000;
    private const int SolSocket = 1, SoRcvTimeout = 20, SoRcvBufForce = 33, SoSndBufForce = 32;
    private const int SolPacket = 263, PacketStatistics = 6, PacketVnetHdr = 15, PacketIgnoreOutgoing = 23;
    private const int BufferBytes = 32 << 20;
    private const int Einval = 22, Eagain = 11;
    private const ushort EthPAll = 0x0003;

    private readonly SafeFileHandle _handle;
    private readonly string _interface;

    /// <summary>Opens a socket on an interface of the calling thread's namespace.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="timeout">Longest wait for a frame; without one a receiver waits for good.</param>
    public PacketSocket(string name, TimeSpan? timeout = null)
    {
        _interface = name;

        // Protocol 0 until everything is set: no frame comes without its header.
        int descriptor = OpenSocket(AfPacket, SockRaw | SockCloexec, 0);
        _handle = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Error("socket");
        Set(SolPacket, PacketVnetHdr, 1);
        Set(SolPacket, PacketIgnoreOutgoing, 1);
        Set(SolSocket, SoRcvBufForce, BufferBytes);
        Set(SolSocket, SoSndBufForce, BufferBytes);

        if (timeout is { } wait)
        {
            // struct timeval of a 64-bit kernel.
            Span<long> time = [(long)wait.TotalSeconds, wait.Microseconds + (wait.Milliseconds * 1000L)];
            if (SetOption(_handle, SolSocket, SoRcvTimeout, MemoryMarshal.Cast<long, int>(time)[0], 2 * sizeof(long)) != 0)
            {
                throw Error("timeout");
            }
        }

        uint index = InterfaceIndex(name);
        if (index == 0)
        {
            throw Error("interface");
        }

        var address = new SockaddrLl { Family = AfPacket, Protocol = ushort.RotateLeft(EthPAll, 8), Index = (int)index };
        if (Bind(_handle, address, Marshal.SizeOf<SockaddrLl>()) != 0)
        {
            throw Error("bind");
        }
    }

    /// <summary>Receives one frame with its header; 0 when the kernel cannot describe the frame by a virtio_net_hdr, or none came in time.</summary>
    public int Receive(Span<byte> frame)
    {
        nint length = Read(_handle, ref MemoryMarshal.GetReference(frame), (nuint)frame.Length);
        return length >= 0 ? (int)length
            : Marshal.GetLastPInvokeError() is Einval or Eagain ? 0
            : throw Error("read");
    }

    /// <summary>Sends one frame with its header. Returns whether the kernel took it.</summary>
    public bool Send(ReadOnlySpan<byte> frame) =>
        Write(_handle, ref MemoryMarshal.GetReference(frame), (nuint)frame.Length) == frame.Length;

    /// <summary>Frames that found the receive buffer full since the last call (PACKET_STATISTICS).</summary>
    public uint ReadDrops()
    {
        Span<uint> statistics = stackalloc uint[2];
        int length = 2 * sizeof(uint);
        return GetOption(_handle, SolPacket, PacketStatistics, ref statistics[0], ref length) == 0 ? statistics[1] : throw Error("getsockopt");
    }

    public void Dispose() => _handle.Dispose();

    private void Set(int level, int option, int value)
    {
        if (SetOption(_handle, level, option, value, sizeof(int)) != 0)
        {
            throw Error($"setsockopt {level}/{option}");
        }
    }

    private Win32Exception Error(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"Packet socket on {_interface}: {call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, in int value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(SafeFileHandle socket, int level, int option, ref uint value, ref int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, in SockaddrLl address, int length);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle socket, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle socket, ref readonly byte buffer, nuint length);

    /// <summary>struct sockaddr_ll (linux/if_packet.h); protocol in network byte order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SockaddrLl
    {
        public ushort Family;
        public ushort Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }
}
