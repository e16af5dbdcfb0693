using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;

namespace Gateway.DataPlane;

/// <summary>Copies the flow tables.</summary>
internal static class FlowReader
{
    private const byte PrioOff = 1;
    private const byte PrioOn = 2;

    internal static IReadOnlyList<FlowSnapshot> Read(SharedMaps maps, SubflowSetTable sets, KernelClock clock, Func<int?, string?> nicOf)
    {
        var flows = new List<FlowSnapshot>();
        foreach ((FlowKey4 key, Flow flow) in maps.Flows4.ReadAll<FlowKey4, Flow>())
        {
            ReadOnlySpan<byte> addresses = MemoryMarshal.AsBytes<uint>(key.Address[..]);
            flows.Add(Snapshot(new FlowEnd(new IPAddress(addresses[..4]), Host(key.Port[0])), new FlowEnd(new IPAddress(addresses[4..]), Host(key.Port[1])), key.Vlan, flow, sets.Of(key), clock, nicOf));
        }

        foreach ((FlowKey6 key, Flow flow) in maps.Flows6.ReadAll<FlowKey6, Flow>())
        {
            ReadOnlySpan<byte> first = MemoryMarshal.AsBytes<ulong>(key.Address[0][..]);
            ReadOnlySpan<byte> second = MemoryMarshal.AsBytes<ulong>(key.Address[1][..]);
            flows.Add(Snapshot(new FlowEnd(new IPAddress(first), Host(key.Port[0])), new FlowEnd(new IPAddress(second), Host(key.Port[1])), key.Vlan, flow, sets.Of(key), clock, nicOf));
        }

        return flows;
    }

    private static ushort Host(ushort wire) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(wire) : wire;

    private static FlowSnapshot Snapshot(FlowEnd first, FlowEnd second, ushort vlan, in Flow flow, ulong sets, KernelClock clock, Func<int?, string?> nicOf)
    {
        var flags = (FlowFlag)flow.Flags;
        bool known = (flags & FlowFlag.OriginKnown) != 0;
        int client = known ? flow.Origin & 1 : 0;
        FlowDir fromClient = flow.Dir[client];
        FlowDir fromServer = flow.Dir[1 - client];
        return new FlowSnapshot
        {
            Client = client == 0 ? first : second,
            Server = client == 0 ? second : first,
            OriginKnown = known,
            Vlan = vlan,
            Sets = sets,
            ConnectionId = flow.Connection,
            Token = flow.Token,
            Ordinal = flow.Ordinal,
            Flags = flags,
            Created = clock.TimeOf(flow.Created),
            LastSeenJiffies = flow.Seen,
            RoundTrip = fromClient.HalfRtt == 0 || fromServer.HalfRtt == 0
                ? null
                : TimeSpan.FromMicroseconds((long)fromClient.HalfRtt + fromServer.HalfRtt),
            FromClient = Direction(fromClient, nicOf),
            FromServer = Direction(fromServer, nicOf),
        };
    }

    private static FlowDirectionSnapshot Direction(in FlowDir dir, Func<int?, string?> nicOf)
    {
        var flags = (FlowDirFlag)dir.Flags;
        return new FlowDirectionSnapshot
        {
            Packets = dir.Packets,
            Bytes = dir.Bytes,
            Retransmissions = dir.Retransmissions,
            OutOfOrder = dir.OutOfOrder,
            HalfRoundTrip = dir.HalfRtt == 0 ? null : TimeSpan.FromMicroseconds((long)dir.HalfRtt),
            Backup = (flags & FlowDirFlag.Backup) != 0,
            AddressId = dir.AddressId,
            IngressNic = nicOf(dir.IngressPort),
            Flags = flags,
            RateWindow = dir.RateWindow,
            PrioPlaced = dir.Prio switch { PrioOn => true, PrioOff => false, _ => null },
            PrioCount = dir.PrioCount,
            CloseCount = dir.CloseCount,
            Last = dir.Packets == 0 ? null : Last(dir),
        };
    }

    private static FlowLastPacket Last(in FlowDir dir)
    {
        byte[] macs = dir.Mac[..].ToArray();
        return new FlowLastPacket(
            dir.LastEnd,
            dir.LastAck,
            dir.LastWindow,
            dir.LastTsecr == 0 ? null : (dir.LastMark, dir.LastTsecr),
            Array.TrueForAll(macs, b => b == 0) ? (ReadOnlyMemory<byte>?)null : macs);
    }
}
