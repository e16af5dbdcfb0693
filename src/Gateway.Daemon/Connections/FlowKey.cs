using Gateway.DataPlane;

namespace Gateway.Daemon.Connections;

/// <summary>Names a TCP flow: both directions of it give the same key.</summary>
/// <param name="Low">The end whose address bytes, then port, sort first.</param>
/// <param name="High">The other end.</param>
/// <param name="Vlan">VLAN id that tells flows apart at the port, 0 where none does.</param>
internal readonly record struct FlowKey(FlowEnd Low, FlowEnd High, ushort Vlan)
{
    public static FlowKey Of(FlowEnd a, FlowEnd b, ushort vlan) =>
        Compare(a, b) <= 0 ? new FlowKey(a, b, vlan) : new FlowKey(b, a, vlan);

    private static int Compare(FlowEnd a, FlowEnd b)
    {
        Span<byte> bytesA = stackalloc byte[16];
        Span<byte> bytesB = stackalloc byte[16];
        a.Address.TryWriteBytes(bytesA, out int lengthA);
        b.Address.TryWriteBytes(bytesB, out int lengthB);
        int order = bytesA[..lengthA].SequenceCompareTo(bytesB[..lengthB]);
        return order != 0 ? order : a.Port.CompareTo(b.Port);
    }
}
