using System.Buffers.Binary;
using System.Collections;
using System.Net;
using Gateway.Bpf;
using Gateway.Lab;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;

namespace Gateway.Benchmarks.Traffic;

/// <summary>Sees which SYNs of a <see cref="SynStream"/> arrive at the server's NIC, and how they look there.</summary>
internal sealed class SynWatch : IDisposable
{
    private const int VirtioHeader = 10, Ethernet = 14, Tcp = Ethernet + 20, TcpHeader = 20;

    private static readonly byte[] s_destination = IPAddress.Parse(SynStream.Destination).GetAddressBytes();

    private readonly Action<Syn>? _look;
    private readonly Thread _thread;
    private readonly BitArray _seen = new(1 << 20);
    private volatile bool _stopped;
    private long _received;
    private long _overrun;
    private long _idle;

    /// <summary>Starts; returns once it listens.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="look">Takes each packet, on this watch's thread.</param>
    internal SynWatch(MptcpLab lab, Action<Syn>? look = null)
    {
        _look = look;
        var listening = new ManualResetEventSlim();
        _thread = new Thread(() => NetNamespace.Run(lab.Server.Path, () => Receive(lab.Paths[0].ServerNic, listening))) { IsBackground = true };
        _thread.Start();
        listening.Wait();
    }

    /// <summary>Packets so far, each number once.</summary>
    internal long Received => Interlocked.Read(ref _received);

    /// <summary>Packets the watch itself was too slow for: these cannot be said to be lost.</summary>
    internal long Overrun => Interlocked.Read(ref _overrun);

    /// <summary>Packets whose checksums were wrong.</summary>
    internal long Corrupt { get; private set; }

    /// <summary>Packets that came more than once.</summary>
    internal long Duplicates { get; private set; }

    /// <summary>Waits until no packet came for as long as the watch waits for one.</summary>
    internal Task CatchUpAsync()
    {
        long idle = Interlocked.Read(ref _idle);
        // The first wait may have begun before the last packet.
        return Wait.UntilAsync(() => Interlocked.Read(ref _idle) > idle + 1, "the stream ends");
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Receive(string nic, ManualResetEventSlim listening)
    {
        using var socket = new PacketSocket(nic, TimeSpan.FromMilliseconds(100));
        byte[] buffer = new byte[PacketSocket.MaxFrame];
        listening.Set();
        while (!_stopped)
        {
            int length = socket.Receive(buffer);
            if (length > VirtioHeader + Tcp + TcpHeader)
            {
                Take(buffer.AsSpan(VirtioHeader, length - VirtioHeader));
            }
            else if (length == 0)
            {
                Interlocked.Increment(ref _idle);
                Interlocked.Add(ref _overrun, socket.ReadDrops());
            }
        }

        Interlocked.Add(ref _overrun, socket.ReadDrops());
    }

    private void Take(Span<byte> frame)
    {
        if (!frame.Slice(Ethernet + 16, 4).SequenceEqual(s_destination))
        {
            return;
        }

        ReadOnlySpan<byte> tcp = frame[Tcp..];
        int number = (int)BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        if (FrameChecksums.Verify(frame) is not { Ipv4Header: ChecksumVerdict.Valid, Tcp: ChecksumVerdict.Valid })
        {
            Corrupt++;
        }

        while (number >= _seen.Length)
        {
            _seen.Length *= 2;
        }

        if (_seen[number])
        {
            Duplicates++;
            return;
        }

        _seen[number] = true;
        Interlocked.Increment(ref _received);
        if (_look is not null)
        {
            int end = Math.Min(tcp.Length, (tcp[12] >> 4) * 4);
            _look(new Syn(
                number,
                BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]),
                (byte)(frame[Ethernet + 1] >> 2),
                tcp[TcpHeader..end].Contains((byte)TcpOptionKind.Mptcp)));
        }
    }
}
