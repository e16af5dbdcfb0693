using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf.Collections;

namespace Gateway.Daemon.Policies;

/// <summary>Subflows of sets, in messages and as the data path has them.</summary>
internal static class SubflowSetMessages
{
    private const int IPv6Length = 16;

    /// <summary>Reads the subflows of a request.</summary>
    /// <param name="subflows">The field.</param>
    /// <param name="field">Its name.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT with the field's path.</exception>
    public static SubflowTuple[] Read(RepeatedField<SubflowEnds> subflows, string field)
    {
        var tuples = new SubflowTuple[subflows.Count];
        for (int i = 0; i < tuples.Length; i++)
        {
            SubflowEnds ends = subflows[i];
            (IpFamily from, UInt128 source) = Read(ends.Src, field, i, "src");
            (IpFamily to, UInt128 destination) = Read(ends.Dst, field, i, "dst");
            if (from != to)
            {
                throw ServiceErrors.InvalidArgument($"{field}[{i}].dst", $"{ends.Src} and {ends.Dst} are of different families: give two addresses of one.");
            }

            tuples[i] = new SubflowTuple(from, source, Port(ends.SrcPort, field, i, "src_port"), destination, Port(ends.DstPort, field, i, "dst_port"));
        }

        return tuples;
    }

    public static V1.SubflowSetMember Write(DataPlane.SubflowSetMember member) => new()
    {
        Subflow = new SubflowEnds
        {
            Src = Text(member.Subflow.Family, member.Subflow.Source),
            SrcPort = member.Subflow.SourcePort,
            Dst = Text(member.Subflow.Family, member.Subflow.Destination),
            DstPort = member.Subflow.DestinationPort,
        },
        AddedUnixSeconds = member.AddedAt.ToUnixTimeSeconds(),
    };

    private static (IpFamily Family, UInt128 Address) Read(string text, string field, int index, string part)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address))
        {
            throw ServiceErrors.InvalidArgument($"{field}[{index}].{part}", $"'{text}' is no address: write it like 10.0.0.1 or 2001:db8::1.");
        }

        Span<byte> bytes = stackalloc byte[IPv6Length];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? (IpFamily.IPv4, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : (IpFamily.IPv6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    private static ushort Port(uint port, string field, int index, string part) => port is > 0 and <= ushort.MaxValue
        ? (ushort)port
        : throw ServiceErrors.InvalidArgument($"{field}[{index}].{part}", $"{port} is no TCP port: use 1 to 65535.");

    private static string Text(IpFamily family, UInt128 address) => IpPrefix.Host(family, address).ToString();
}
