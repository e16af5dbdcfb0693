using FsCheck;
using FsCheck.Fluent;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Tests;

namespace Gateway.DataPlane.Tests.Differential;

/// <summary>The kernel's parser against the managed one, on frames of every shape and on damaged ones.</summary>
[Collection(OnPacketBench.Name)]
public sealed class ParseDifferentialTests(PacketBench bench)
{
    /// <summary>Every type on its own, so that chain counters tell which types the kernel saw.</summary>
    private static readonly string[] s_types =
    [
        "syn", "syn_ack", "fin", "rst", "pure_ack", "data", "mp_capable", "mp_join", "dss", "data_ack", "add_addr4", "add_addr6",
        "add_addr_echo", "remove_addr", "mp_prio", "mp_fail", "mp_fastclose", "mp_tcprst", "plain_tcp", "mptcp",
    ];

    /// <summary>Option bytes with the lengths and kinds that hurt, in a header of any length.</summary>
    private static Gen<byte[]> Hostile =>
        from words in Gen.Choose(0, 10)
        from bytes in Gen.Frequency(
            (4, Gen.Elements<byte>(0, 1, 2, 3, 4, 8, 10, 12, 16, 30, 30, 30, 40, 0x20, 0x30, 0x33, 0x05)),
            (1, Gen.Choose(0, 255).Select(value => (byte)value))).ListOf(words * 4)
        from payload in Gen.Choose(0, 60)
        from six in Gen.Elements(true, false)
        from tags in Gen.Choose(0, 3)
        select Tagged(tags, PacketBuilder.Create().Between(six ? "2001:db8::1" : "192.0.2.1", six ? "2001:db8::2" : "192.0.2.2")
            .Tcp(1, 2).WithOptions(Gateway.Mptcp.Options.TcpOption.Raw([.. bytes])).WithPayload(new byte[payload])).Build();

    private static Gen<byte[]> Noise => FrameGenerators.Bytes(200).Where(bytes => bytes.Length >= 14);

    [Fact]
    public void Both_parsers_give_the_same_reason()
    {
        bench.Reset();
        var seen = new Dictionary<Reason, int>();
        PropertyCheck.ForAll(
            Gen.Frequency((5, FrameGenerators.Damaged.Where(f => f.Length >= 14)), (4, Hostile), (1, Noise)),
            frame => Compare(frame, seen),
            runs: 3000);
        Assert.True(seen.Count >= 10, $"Frames of too few kinds: {string.Join(", ", seen.Select(s => $"{s.Key} {s.Value}"))}.");
    }

    [Fact]
    public void Every_cut_of_a_frame_gives_the_same_reason()
    {
        bench.Reset();
        foreach (byte[] frame in (byte[][])
        [
            new Conversation().Data(bytes: 8), Conversation.V6.Syn, (new Conversation { Vlan = 4 }).JoinSyn,
            PacketBuilder.Create().Between("2001:db8::1", "2001:db8::2").WithExtensions(Ipv6ExtensionHeader.HopByHop(), Ipv6ExtensionHeader.Routing()).Tcp(1, 2).Build(),
        ])
        {
            for (int length = 14; length <= frame.Length; length++)
            {
                Compare(frame[..length], []);
            }
        }
    }

    [Fact]
    public void Every_length_of_every_option_gives_the_same_reason()
    {
        bench.Reset();
        foreach (byte kind in (byte[])[2, 3, 8, 30, 253])
        {
            for (int length = 0; length < 48; length++)
            {
                for (int pad = 0; pad < 4; pad++)
                {
                    byte[] options = new byte[40];
                    options.AsSpan().Fill(1);
                    options[pad] = kind;
                    options[pad + 1] = (byte)length;
                    options[pad + 2] = 0x2f;
                    options[pad + 3] = (byte)length;
                    Compare(PacketBuilder.Create().Tcp(1, 2).WithOptions(Gateway.Mptcp.Options.TcpOption.Raw(options)).Build(), []);
                }
            }
        }
    }

    [Fact]
    public void Both_parsers_see_the_same_types()
    {
        for (int i = 0; i < s_types.Length; i++)
        {
            bench.Start($"  - {{name: typed, priority: 1, select: {{packet_type: {s_types[i]}}}, actors: [drop]}}\n");
            var type = (PacketTypes)(1u << i);
            PropertyCheck.ForAll(
                FrameGenerators.Builder.Select(builder => builder.Build()),
                frame =>
                {
                    bench.Forget();
                    if (PacketParser.Parse(frame, out ParsedPacket packet) == ParseOutcome.None)
                    {
                        Assert.Equal(packet.Types.HasFlag(type) ? PacketRun.XdpDrop : PacketRun.XdpPass, bench.Ingress(frame).Verdict);
                    }
                },
                runs: 40);
        }
    }

    private void Compare(byte[] frame, Dictionary<Reason, int> seen)
    {
        var expected = (Reason)PacketParser.Parse(frame, out _);
        expected = expected == Reason.None ? Reason.NoPolicy : expected;
        seen[expected] = seen.GetValueOrDefault(expected) + 1;
        ulong before = bench.PortCount(BenchPort.Host, expected);
        bench.Ingress(frame).Untouched();
        Assert.True(
            bench.PortCount(BenchPort.Host, expected) == before + 1,
            $"The managed parser says {expected}, the kernel's not: {Convert.ToHexString(frame)}\n{FrameDiff.Describe(frame, frame)}");
        if (PacketBench.CanEgress(frame))
        {
            before = bench.PortCount(BenchPort.Host, expected, Hook.Egress);
            bench.Egress(frame).Untouched(PacketRun.TcUnspecified);
            Assert.Equal(before + 1, bench.PortCount(BenchPort.Host, expected, Hook.Egress));
        }
    }

    private static PacketBuilder Tagged(int tags, PacketBuilder builder)
    {
        for (int i = 0; i < tags; i++)
        {
            builder.Vlan((ushort)(i + 1));
        }

        return builder;
    }
}
