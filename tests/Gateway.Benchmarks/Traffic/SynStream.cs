using System.Buffers.Binary;
using System.Net;
using Gateway.Bpf;
using Gateway.Lab;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Benchmarks.Traffic;

/// <summary>
/// Sends numbered SYNs with MP_CAPABLE from the client's NIC of path 1 to an address nobody has: each is numbered by its
/// sequence number, the flows by their destination port. The address is routed to the server, which hears them and says nothing.
/// </summary>
internal sealed class SynStream : IDisposable
{
    /// <summary>Where they go.</summary>
    internal const string Destination = "10.99.0.9";

    /// <summary>Flows that take turns.</summary>
    internal const int Flows = 64;

    internal const ushort FirstPort = 6000;

    private const int VirtioHeader = 10, Ethernet = 14, Tcp = Ethernet + 20, SequenceOffset = 4, ChecksumOffset = 16;

    private readonly byte[][] _frames;
    private readonly ulong[] _sums;
    private readonly int _burst;
    private readonly TimeSpan _pause;
    private readonly Thread _thread;
    private volatile bool _stopped;
    private long _sent;

    /// <summary>Starts.</summary>
    /// <param name="lab">The lab; a routed one with <see cref="RouteAsync"/> done.</param>
    /// <param name="burst">Frames in a row.</param>
    /// <param name="pause">Pause between bursts; zero sends as fast as it goes.</param>
    internal SynStream(MptcpLab lab, int burst, TimeSpan pause)
    {
        (_frames, _sums) = Frames(lab);
        _burst = burst;
        _pause = pause;
        _thread = new Thread(() => NetNamespace.Run(lab.Client.Path, () => Send(lab.Paths[0].ClientNic))) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Frames the kernel took; the next one has this number.</summary>
    internal long Sent => Interlocked.Read(ref _sent);

    /// <summary>Makes the lab's gateway route the destination to the server.</summary>
    internal static Task RouteAsync(MptcpLab lab) => lab.Gateway.IpAsync($"route add {Destination}/32 via {lab.Paths[0].ServerV4}");

    /// <summary>Ends, after the frame under way.</summary>
    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private static (byte[][] Frames, ulong[] Sums) Frames(MptcpLab lab)
    {
        var frames = new byte[Flows][];
        ulong[] sums = new ulong[Flows];
        for (int flow = 0; flow < Flows; flow++)
        {
            byte[] frame = PacketBuilder.Create()
                .Ethernet(Mac(lab.Options.Mode == LabMode.Routed ? lab.Paths[0].GatewayClientPort : lab.Paths[0].ServerNic), Mac(lab.Paths[0].ClientNic))
                .Between(lab.Paths[0].ClientV4, IPAddress.Parse(Destination))
                .Tcp((ushort)(30000 + flow), (ushort)(FirstPort + flow), TcpFlags.Syn)
                .WithSequence(0)
                .WithWindow(65535)
                .WithOptions(TcpOption.MaximumSegmentSize(1460), TcpOption.SackPermitted, TcpOption.Timestamps(7001, 0), TcpOption.NoOperation, TcpOption.WindowScale(7), MptcpOptions.MpCapable())
                .Build();
            frames[flow] = [.. new byte[VirtioHeader], .. frame];
            sums[flow] = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Tcp + ChecksumOffset));
        }

        return (frames, sums);
    }

    private static byte[] Mac(string nic) => Convert.FromHexString(LabPath.Mac(nic).Replace(":", "", StringComparison.Ordinal));

    private void Send(string nic)
    {
        using var socket = new PacketSocket(nic);
        uint number = 0;
        while (!_stopped)
        {
            for (int i = 0; i < _burst && !_stopped; i++)
            {
                int flow = (int)(number % Flows);
                byte[] frame = _frames[flow];
                Span<byte> tcp = frame.AsSpan(VirtioHeader + Tcp);
                BinaryPrimitives.WriteUInt32BigEndian(tcp[SequenceOffset..], number);
                BinaryPrimitives.WriteUInt16BigEndian(tcp[ChecksumOffset..], InternetChecksum.Finish(_sums[flow] + (number >> 16) + (number & 0xffff)));
                if (socket.Send(frame))
                {
                    number++;
                    Interlocked.Exchange(ref _sent, number);
                }
            }

            if (_pause > TimeSpan.Zero)
            {
                Thread.Sleep(_pause);
            }
        }
    }
}
