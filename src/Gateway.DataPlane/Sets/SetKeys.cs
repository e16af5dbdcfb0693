using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>Keys of subflows in sets: ends in the order in which the packet programs compare them, words of memory as they are.</summary>
internal static class SetKeys
{
    internal static SetKey4 Key4(in SubflowTuple subflow, int set)
    {
        var key = new SetKey4 { Set = (ushort)set };
        (uint source, uint destination) = (Wire((uint)subflow.Source), Wire((uint)subflow.Destination));
        (ushort from, ushort to) = (Wire(subflow.SourcePort), Wire(subflow.DestinationPort));
        bool swap = source > destination || (source == destination && from > to);
        key.Address[0] = swap ? destination : source;
        key.Address[1] = swap ? source : destination;
        key.Port[0] = swap ? to : from;
        key.Port[1] = swap ? from : to;
        return key;
    }

    internal static SetKey6 Key6(in SubflowTuple subflow, int set)
    {
        var key = new SetKey6 { Set = (ushort)set };
        Span<ulong> source = stackalloc ulong[2], destination = stackalloc ulong[2];
        BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(source), subflow.Source);
        BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(destination), subflow.Destination);
        (ushort from, ushort to) = (Wire(subflow.SourcePort), Wire(subflow.DestinationPort));
        int order = source.SequenceCompareTo(destination);
        bool swap = order > 0 || (order == 0 && from > to);
        (swap ? destination : source).CopyTo(key.Address[0][..]);
        (swap ? source : destination).CopyTo(key.Address[1][..]);
        key.Port[0] = swap ? to : from;
        key.Port[1] = swap ? from : to;
        return key;
    }

    /// <summary>A flow's key has its ends in the same order; the set is for the caller to fill in.</summary>
    internal static SetKey4 Key4(in FlowKey4 flow)
    {
        var key = default(SetKey4);
        flow.Address[..].CopyTo(key.Address[..]);
        flow.Port[..].CopyTo(key.Port[..]);
        return key;
    }

    /// <inheritdoc cref="Key4(in FlowKey4)"/>
    internal static SetKey6 Key6(in FlowKey6 flow)
    {
        var key = default(SetKey6);
        flow.Address[0][..].CopyTo(key.Address[0][..]);
        flow.Address[1][..].CopyTo(key.Address[1][..]);
        flow.Port[..].CopyTo(key.Port[..]);
        return key;
    }

    internal static SubflowTuple Subflow(in SetKey4 key) =>
        new(IpFamily.IPv4, Wire(key.Address[0]), Wire(key.Port[0]), Wire(key.Address[1]), Wire(key.Port[1]));

    internal static SubflowTuple Subflow(in SetKey6 key) => new(
        IpFamily.IPv6,
        BinaryPrimitives.ReadUInt128BigEndian(MemoryMarshal.AsBytes<ulong>(key.Address[0][..])), Wire(key.Port[0]),
        BinaryPrimitives.ReadUInt128BigEndian(MemoryMarshal.AsBytes<ulong>(key.Address[1][..])), Wire(key.Port[1]));

    private static uint Wire(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static ushort Wire(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
