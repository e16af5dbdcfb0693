using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Bpf;
using Gateway.DataPlane.Native;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane;

/// <summary>Sends packets of the gateway's own (packet(7), raw(7)). Needs CAP_NET_RAW.</summary>
internal static unsafe class FrameInjection
{
    private const int EthernetHeader = 14;
    private const int VlanTag = 4;
    private const ushort VlanProtocol = 0x8100;
    private const int PacketFamily = 17;

    /// <summary>Sends a frame out of a NIC as it is.</summary>
    /// <exception cref="DataPlaneException">The kernel refuses.</exception>
    internal static void Send(int ifindex, ReadOnlySpan<byte> frame)
    {
        int descriptor = Libc.socket(PacketFamily, Libc.RawCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw Refused(Marshal.GetLastPInvokeError());
        }

        using var socket = new SafeFileHandle(descriptor, ownsHandle: true);

        // struct sockaddr_ll: family, protocol (wire), ifindex; the frame has its addresses.
        byte* address = stackalloc byte[20];
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = PacketFamily;
        *(int*)(address + 4) = ifindex;
        fixed (byte* bytes = frame)
        {
            if (Libc.sendto(socket, bytes, (nuint)frame.Length, 0, address, 20) != frame.Length)
            {
                throw Refused(Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>Lets the kernel route the IP packet of a frame with a tag or without.</summary>
    /// <exception cref="DataPlaneException">There is no route, or the kernel refuses.</exception>
    internal static void Route(IPAddress destination, ReadOnlySpan<byte> frame)
    {
        try
        {
            // IPPROTO_RAW: the packet has its own IP header.
            using var socket = new Socket(destination.AddressFamily, SocketType.Raw, ProtocolType.Raw);
            bool tagged = BinaryPrimitives.ReadUInt16BigEndian(frame[(EthernetHeader - sizeof(ushort))..]) == VlanProtocol;
            socket.SendTo(frame[(EthernetHeader + (tagged ? VlanTag : 0))..], SocketFlags.None, new IPEndPoint(destination, 0));
        }
        catch (SocketException failure)
        {
            throw new DataPlaneException(DataPlaneErrorKind.Internal, $"A packet of the gateway's own could not be sent to {destination}: {failure.Message}.", failure);
        }
    }

    private static DataPlaneException Refused(int error) => new(
        DataPlaneException.KindOf((Errno)error),
        $"A packet of the gateway's own could not be sent ({Marshal.GetPInvokeErrorMessage(error)}): CAP_NET_RAW is needed for it.");
}
