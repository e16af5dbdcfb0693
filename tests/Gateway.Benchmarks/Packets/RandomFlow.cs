using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.Mptcp.Checksums;

namespace Gateway.Benchmarks.Packets;

/// <summary>struct bench_flow of random.bpf.c, 64 bytes: what makes a frame one of another flow.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct RandomFlow
{
    private Address _source;
    private ushort _port;
    private ushort _ipCheck;
    private ushort _tcpCheck;
    internal ushort Reserved;
    private Key _key;

    /// <summary>The bytes that a frame without VLAN tags gets.</summary>
    /// <param name="frame">A frame with right checksums.</param>
    /// <param name="source">Its new source address.</param>
    /// <param name="port">Its new source port.</param>
    internal static RandomFlow Of(ReadOnlySpan<byte> frame, IPAddress source, ushort port)
    {
        const int Ip = 14, Ipv4Check = 10, TcpCheck = 16;
        byte[] address = source.GetAddressBytes();
        bool four = address.Length == 4;
        int tcp = Ip + (four ? 20 : 40);
        ReadOnlySpan<byte> before = frame.Slice(Ip + (four ? 12 : 8), address.Length);
        Span<byte> ports = [(byte)(port >> 8), (byte)port];
        var flow = default(RandomFlow);
        address.CopyTo(MemoryMarshal.AsBytes(new Span<Address>(ref flow._source)));
        ports.CopyTo(MemoryMarshal.AsBytes(new Span<ushort>(ref flow._port)));
        flow._tcpCheck = Check(frame[(tcp + TcpCheck)..], [.. before, .. frame.Slice(tcp, 2)], [.. address, .. ports]);
        flow._ipCheck = four ? Check(frame[(Ip + Ipv4Check)..], before, address) : (ushort)0;
        return flow;
    }

    /// <summary>Has the bare look-up look for a key, as it stands in the flow table.</summary>
    internal void LookFor(ReadOnlySpan<byte> key) => key.CopyTo(MemoryMarshal.AsBytes(new Span<Key>(ref _key)));

    /// <summary>RFC 1624, equation 3; as it stands in memory.</summary>
    private static ushort Check(ReadOnlySpan<byte> check, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        ulong sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(check);
        sum += (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(before));
        sum += InternetChecksum.Fold(InternetChecksum.Sum(after));
        ushort wire = InternetChecksum.Finish(sum);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(wire) : wire;
    }

    [InlineArray(16)]
    private struct Address
    {
        private byte _element;
    }

    [InlineArray(40)]
    private struct Key
    {
        private byte _element;
    }
}
