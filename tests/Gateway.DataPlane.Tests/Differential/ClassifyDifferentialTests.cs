using System.Buffers.Binary;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Tests;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Differential;

/// <summary>The chain that runs in the kernel against <see cref="CompiledPolicy.Classify"/>, policy by policy.</summary>
[Collection(OnPacketBench.Name)]
public sealed class ClassifyDifferentialTests(PacketBench bench)
{
    private readonly record struct Sent(
        bool V6, int Source, int Destination, int SourcePort, int DestinationPort, TcpFlags Flags, int Option, bool Payload, Policy.Hook Hook, BenchPort Port);

    private static readonly TcpOption?[] s_options =
    [
        null, null, MptcpOptions.MpCapable(), MptcpOptions.MpJoinSyn(1, 2), MptcpOptions.Dss(1), MptcpOptions.Dss(mapping: (1, 2, 3)),
        MptcpOptions.AddAddr(1, IPAddress.Loopback, 5), MptcpOptions.AddAddr(1, IPAddress.IPv6Loopback, 5), MptcpOptions.RemoveAddr(1), MptcpOptions.MpPrio(true),
    ];

    private static Gen<Sent> Packet =>
        from v6 in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from source in Gen.Choose(0, 3)
        from step in Gen.Choose(1, 3)
        let destination = (source + step) % 4
        from sourcePort in Gen.Choose(0, PolicyGenerators.Ports.Length - 1)
        from destinationPort in Gen.Choose(0, PolicyGenerators.Ports.Length - 1)
        from flags in Gen.Frequency((6, Gen.Constant(TcpFlags.Ack)), (2, Gen.Constant(TcpFlags.Syn)), (1, Gen.Constant(TcpFlags.Syn | TcpFlags.Ack)), (1, Gen.Constant(TcpFlags.Fin | TcpFlags.Ack)))
        from option in Gen.Choose(0, s_options.Length - 1)
        from payload in Gen.Elements(true, false)
        from hook in Gen.Elements(Policy.Hook.Ingress, Policy.Hook.Egress)
        from port in Gen.Elements(BenchPort.Host, BenchPort.Partial, BenchPort.Unknown)
        select new Sent(v6, source, destination, sourcePort, destinationPort, flags, option, payload, flags.HasFlag(TcpFlags.Syn) ? Policy.Hook.Ingress : hook, port);

    [Fact]
    public void The_same_chain_runs()
    {
        int ran = 0;
        PropertyCheck.ForAll(
            from chains in PolicyGenerators.Chains from packets in Packet.ListOf(120) select (chains, packets),
            sample => ran += Compare(sample.chains, sample.packets),
            runs: 60);
        Assert.True(ran > 500, $"Only {ran} packets met a chain.");
    }

    private int Compare(string chains, IReadOnlyList<Sent> packets)
    {
        CompiledPolicy policy = bench.Start(chains);
        ulong[] counts = new ulong[policy.Chains.Length];
        var origins = new Dictionary<(string, ushort, string, ushort), string?>();
        foreach (Sent sent in packets)
        {
            byte[] frame = Build(sent);
            Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
            int expected = policy.Classify(Describe(sent, packet, Learn(origins, packet, policy.TracksPlainTcp)));
            if (expected >= 0)
            {
                counts[expected]++;
            }

            _ = sent.Hook == Policy.Hook.Ingress ? bench.Ingress(frame, sent.Port).Untouched() : bench.Egress(frame, sent.Port).Untouched(PacketRun.TcUnspecified);
            ulong[] actual = [.. policy.Chains.Select(c => bench.ChainPackets(c.Name))];
            Assert.True(
                counts.SequenceEqual(actual),
                $"{sent} should run {(expected < 0 ? "no chain" : policy.Chains[expected].Name)}; counters are {string.Join(' ', actual)}, should be {string.Join(' ', counts)}.\n{chains}");
        }

        return (int)counts.Aggregate(0ul, (sum, count) => sum + count);
    }

    private static byte[] Build(in Sent sent)
    {
        string[] addresses = sent.V6 ? PolicyGenerators.Addresses6 : PolicyGenerators.Addresses4;
        PacketBuilder builder = PacketBuilder.Create()
            .Between(addresses[sent.Source], addresses[sent.Destination])
            .Tcp((ushort)PolicyGenerators.Ports[sent.SourcePort], (ushort)PolicyGenerators.Ports[sent.DestinationPort], sent.Flags);
        if (s_options[sent.Option] is { } option)
        {
            builder.WithOptions(option);
        }

        return sent.Payload ? builder.WithPayload(1, 2, 3).Build() : builder.Build();
    }

    /// <summary>Who opened the packet's flow, by the same rules: a flow begins where it is worth an entry, a SYN or its answer tells the opener.</summary>
    private static FlowDirection Learn(Dictionary<(string, ushort, string, ushort), string?> origins, ParsedPacket packet, bool tracksPlain)
    {
        string from = $"{packet.Source} {packet.SourcePort}", to = $"{packet.Destination} {packet.DestinationPort}";
        bool inOrder = string.CompareOrdinal(from, to) <= 0;
        var key = inOrder
            ? (packet.Source.ToString(), packet.SourcePort, packet.Destination.ToString(), packet.DestinationPort)
            : (packet.Destination.ToString(), packet.DestinationPort, packet.Source.ToString(), packet.SourcePort);
        if (!origins.TryGetValue(key, out string? origin) && !tracksPlain && !packet.Types.HasFlag(PacketTypes.Mptcp))
        {
            return FlowDirection.Unknown;
        }

        if (packet.Types.HasFlag(PacketTypes.Syn))
        {
            origin = from;
        }
        else if (packet.Types.HasFlag(PacketTypes.SynAck))
        {
            origin = to;
        }

        origins[key] = origin;
        return origin is null ? FlowDirection.Unknown : origin == from ? FlowDirection.Original : FlowDirection.Reply;
    }

    private static PolicyPacket Describe(in Sent sent, ParsedPacket packet, FlowDirection direction) => new(
        sent.V6 ? IpFamily.IPv6 : IpFamily.IPv4,
        Number(packet.Source),
        Number(packet.Destination),
        packet.SourcePort,
        packet.DestinationPort,
        sent.Hook,
        (int)sent.Port,
        direction,
        packet.Types);

    private static UInt128 Number(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
