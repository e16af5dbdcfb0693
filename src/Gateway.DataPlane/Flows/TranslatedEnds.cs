using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Finds the 4-tuple that a rewritten flow has where it goes (gw_rewrites, see bpf/include/gw/abi/rewrite.h).</summary>
internal static class TranslatedEnds
{
    private const int AddressSize = 16;

    internal static (FlowEnd Client, FlowEnd Server)? Find(BpfMap rewrites, FlowSnapshot flow)
    {
        bool v4 = flow.Client.Address.AddressFamily == AddressFamily.InterNetwork;
        if (!rewrites.TryLookup(KeyOf(flow, v4), out Rewrite entry) || (RewriteSide)entry.Side != RewriteSide.Original)
        {
            return null;
        }

        ReadOnlySpan<byte> ends = MemoryMarshal.AsBytes(new ReadOnlySpan<Ends>(in entry.Other));
        return (EndOf(ends, 0, v4), EndOf(ends, 1, v4));
    }

    private static RewriteKey KeyOf(FlowSnapshot flow, bool v4)
    {
        var key = new RewriteKey { Vlan = flow.Vlan, Family = (ushort)(v4 ? 4 : 6) };
        Span<byte> ends = MemoryMarshal.AsBytes(new Span<RewriteKey>(ref key));
        bool swap = IsLarger(flow.Client, flow.Server);
        Put(ends, 0, swap ? flow.Server : flow.Client);
        Put(ends, 1, swap ? flow.Client : flow.Server);
        return key;
    }

    /// <summary>As the packet programs compare: numbers of this machine's byte order, read from wire order.</summary>
    private static bool IsLarger(FlowEnd left, FlowEnd right)
    {
        Span<byte> l = stackalloc byte[AddressSize], r = stackalloc byte[AddressSize];
        left.Address.TryWriteBytes(l, out _);
        right.Address.TryWriteBytes(r, out _);
        int order = MemoryMarshal.Cast<byte, ulong>(l).SequenceCompareTo(MemoryMarshal.Cast<byte, ulong>(r));
        return order > 0 || (order == 0 && Wire(left.Port) > Wire(right.Port));
    }

    private static void Put(Span<byte> ends, int index, FlowEnd end)
    {
        end.Address.TryWriteBytes(ends[(index * AddressSize)..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ends[PortOf(index)..], end.Port);
    }

    private static FlowEnd EndOf(ReadOnlySpan<byte> ends, int index, bool v4) => new(
        new IPAddress(ends.Slice(index * AddressSize, v4 ? 4 : AddressSize)), BinaryPrimitives.ReadUInt16BigEndian(ends[PortOf(index)..]));

    private static int PortOf(int index) => (2 * AddressSize) + (index * sizeof(ushort));

    private static ushort Wire(ushort port) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}
