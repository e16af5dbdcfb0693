using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane.Native;

/// <summary>What ethtool says about a NIC (linux/ethtool.h). A value that the driver does not tell is null.</summary>
/// <param name="ReceiveChecksum">Received checksums are verified by the NIC.</param>
/// <param name="TransmitChecksum">Checksums are completed by the NIC: senders on this host hand over partial ones.</param>
/// <param name="Tso">Segments are cut by the NIC.</param>
/// <param name="Gro">Received segments are merged by the stack.</param>
/// <param name="Lro">Received segments are merged by the NIC.</param>
/// <param name="Queues">Receive queues in use.</param>
internal sealed record EthtoolFacts(bool? ReceiveChecksum, bool? TransmitChecksum, bool? Tso, bool? Gro, bool? Lro, int? Queues)
{
    private const ulong EthtoolRequest = 0x8946;
    private const uint GetReceiveChecksum = 0x14;
    private const uint GetTransmitChecksum = 0x16;
    private const uint GetTso = 0x1e;
    private const uint GetFlags = 0x25;
    private const uint GetGro = 0x2b;
    private const uint GetChannels = 0x3c;
    private const uint FlagLro = 1 << 15;
    private const int NameSize = 16;
    private const int RequestSize = 40;

    /// <summary>Words of struct ethtool_channels: command, four maxima, then rx, tx, other and combined.</summary>
    private const int ChannelWords = 9;

    private const int RxChannels = 5;
    private const int CombinedChannels = 8;

    /// <summary>Those that are on, as words.</summary>
    internal string Offloads
    {
        get
        {
            (string Name, bool? On)[] all =
                [("rx-checksum", ReceiveChecksum), ("tx-checksum", TransmitChecksum), ("tso", Tso), ("gro", Gro), ("lro", Lro)];
            string on = string.Join(' ', all.Where(o => o.On == true).Select(o => o.Name));
            return on.Length == 0 ? "none" : on;
        }
    }

    /// <summary>Asks; null when there is no such NIC or no socket to ask with.</summary>
    internal static EthtoolFacts? Read(string nic)
    {
        int socket = Libc.socket(Libc.InternetFamily, Libc.DatagramCloseOnExec, 0);
        if (socket < 0 || Encoding.UTF8.GetByteCount(nic) >= NameSize)
        {
            return null;
        }

        using var handle = new SafeFileHandle(socket, ownsHandle: true);
        uint[]? channels = Ask(handle, nic, GetChannels, ChannelWords);
        return new EthtoolFacts(
            Value(handle, nic, GetReceiveChecksum) is uint received ? received != 0 : null,
            Value(handle, nic, GetTransmitChecksum) is uint sent ? sent != 0 : null,
            Value(handle, nic, GetTso) is uint tso ? tso != 0 : null,
            Value(handle, nic, GetGro) is uint gro ? gro != 0 : null,
            Value(handle, nic, GetFlags) is uint flags ? (flags & FlagLro) != 0 : null,
            channels is null ? null : (int)(channels[RxChannels] + channels[CombinedChannels]));
    }

    /// <summary>The data of struct ethtool_value.</summary>
    private static uint? Value(SafeFileHandle socket, string nic, uint command) => Ask(socket, nic, command, 2)?[1];

    private static unsafe uint[]? Ask(SafeFileHandle socket, string nic, uint command, int words)
    {
        uint[] answer = new uint[words];
        answer[0] = command;

        // struct ifreq: the name, then a union that holds the pointer.
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        Encoding.UTF8.GetBytes(nic, request);
        fixed (uint* data = answer)
        fixed (byte* argument = request)
        {
            *(uint**)(argument + NameSize) = data;
            return Libc.ioctl(socket, EthtoolRequest, argument) == 0 ? answer : null;
        }
    }
}
