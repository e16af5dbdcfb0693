using FsCheck;
using FsCheck.Fluent;

using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Tests;

/// <summary>Frames of every shape the builder knows, and damaged ones.</summary>
internal static class FrameGenerators
{
    internal static Gen<byte[]> Bytes(int max) =>
        from length in Gen.Choose(0, max)
        from bytes in Gen.Choose(0, 255).ListOf(length)
        select bytes.Select(value => (byte)value).ToArray();

    private static Gen<uint> UInt32 => from high in Gen.Choose(0, 0xffff) from low in Gen.Choose(0, 0xffff) select ((uint)high << 16) | (uint)low;

    private static Gen<ulong> UInt64 => from high in UInt32 from low in UInt32 select ((ulong)high << 32) | low;

    private static Gen<bool> Boolean => Gen.Choose(0, 1).Select(value => value == 1);

    private static Gen<TcpOption> Mapped =>
        from ack in UInt64
        from ack4 in Boolean
        from withAck in Boolean
        from sequence in UInt64
        from sequence4 in Boolean
        from subflow in UInt32
        from length in Gen.Choose(0, 65535)
        from summed in Boolean
        from fin in Boolean
        select MptcpOptions.Dss(withAck ? ack : null, ack4, (sequence, subflow, (ushort)length), sequence4, summed ? (ushort)0xbeef : null, fin);

    private static Gen<TcpOption> Unmapped =>
        from ack in UInt64 from ack4 in Boolean select MptcpOptions.Dss(ack, ack4);

    private static Gen<TcpOption> Addressed =>
        from id in Gen.Choose(0, 255)
        from hmac in UInt64
        from port in Gen.Elements<ushort?>(null, 5001)
        from address in Gen.Elements("198.51.100.7", "2001:db8::7").Select(System.Net.IPAddress.Parse)
        from form in Gen.Choose(0, 2)
        select form switch
        {
            0 => MptcpOptions.AddAddr((byte)id, address, hmac, port),
            1 => MptcpOptions.AddAddrEcho((byte)id, address, port),
            _ => MptcpOptions.AddAddrV0((byte)id, address, port),
        };

    private static Gen<TcpOption> Other => Gen.OneOf(
        Gen.Constant(TcpOption.NoOperation),
        Gen.Constant(TcpOption.EndOfList),
        Gen.Constant(TcpOption.SackPermitted),
        Gen.Constant(TcpOption.Raw(1, 1)),
        from value in UInt32 from echo in UInt32 select TcpOption.Timestamps(value, echo),
        from value in UInt32 from echo in UInt32 select TcpOption.Raw([1, 1, .. TcpOption.Timestamps(value, echo).Bytes.Span]),
        from shift in Gen.Choose(0, 255) select TcpOption.WindowScale((byte)shift),
        from left in UInt32 from right in UInt32 select TcpOption.Sack((left, right)),
        from key in UInt64 select MptcpOptions.MpCapable(new MptcpKey(key)),
        from token in UInt32 from nonce in UInt32 select MptcpOptions.MpJoinSyn(token, nonce),
        from backup in Boolean select MptcpOptions.MpPrio(backup),
        from id in Gen.Choose(0, 255) select MptcpOptions.RemoveAddr((byte)id),
        from sequence in UInt64 select MptcpOptions.MpFail(sequence));

    private static Gen<TcpOption> Option => Gen.Frequency((3, Mapped), (5, Unmapped), (3, Addressed), (6, Other));

    private static Gen<Ipv6ExtensionHeader> Extension => Gen.Elements(
        Ipv6ExtensionHeader.HopByHop(),
        Ipv6ExtensionHeader.DestinationOptions(2),
        Ipv6ExtensionHeader.Routing());

    /// <summary>Builders of TCP packets whose checksum is right; options fit, in any order and number.</summary>
    internal static Gen<PacketBuilder> Builder =>
        from options in Gen.Choose(0, 4).SelectMany(count => Option.ListOf(count))
        from payload in Gen.Frequency((3, Gen.Constant(Array.Empty<byte>())), (2, Bytes(200)))
        from tags in Gen.Choose(0, 2)
        from version6 in Boolean
        from extensions in Gen.Choose(0, 3).SelectMany(count => Extension.ListOf(count))
        from ipOptions in Gen.Elements(0, 4, 12)
        from flags in Gen.Frequency((6, Gen.Constant(TcpFlags.Ack)), (3, Gen.Choose(0, 255).Select(value => (TcpFlags)value)))
        from sequence in UInt32
        from acknowledgment in UInt32
        from window in Gen.Choose(0, 65535)
        from padding in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 12)))
        select Assemble(options, payload, tags, version6, extensions, ipOptions, padding)
            .WithFlags(flags).WithSequence(sequence).WithAcknowledgment(acknowledgment).WithWindow((ushort)window);

    /// <summary>Built frames with a few bytes overwritten and perhaps cut off.</summary>
    internal static Gen<byte[]> Damaged =>
        from builder in Builder
        let frame = builder.Build()
        from hits in Gen.Choose(0, 6).SelectMany(count => Gen.Choose(12, Math.Min(frame.Length, 140) - 1).ListOf(count))
        from values in Gen.Choose(0, 255).ListOf(hits.Count)
        from cut in Gen.Frequency((4, Gen.Constant(frame.Length)), (1, Gen.Choose(0, frame.Length)))
        select Damage(frame, hits, values, cut);

    private static byte[] Damage(byte[] frame, List<int> hits, List<int> values, int cut)
    {
        foreach ((int at, int value) in hits.Zip(values))
        {
            frame[at] = (byte)value;
        }

        return frame[..cut];
    }

    private static PacketBuilder Assemble(
        List<TcpOption> options, byte[] payload, int tags, bool version6, List<Ipv6ExtensionHeader> extensions, int ipOptions, int padding)
    {
        PacketBuilder builder = PacketBuilder.Create().WithPayload(payload).WithTrailingPadding(padding);
        for (int i = 0; i < tags; i++)
        {
            builder.Vlan((ushort)(100 + i));
        }

        int room = 40;
        foreach (TcpOption option in options.Where(option => option.Length <= room))
        {
            builder.WithOptions(option);
            room -= option.Length;
        }

        return version6
            ? builder.Between("2001:db8::1", "2001:db8::2").WithExtensions([.. extensions])
            : builder.WithIpv4Options(Enumerable.Repeat((byte)1, ipOptions).ToArray());
    }
}
