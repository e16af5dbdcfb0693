using System.Buffers.Binary;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Wire mode: what comes in on one side leaves on the other, with checksums a receiver accepts.</summary>
[Collection(OnPacketBench.Name)]
public sealed class WireTests(PacketBench bench)
{
    public static TheoryData<bool, bool, int> Segments
    {
        get
        {
            var data = new TheoryData<bool, bool, int>();
            foreach (int bytes in (int[])[0, 1, 2, 3, 43, 44, 45, 63, 64, 65, 127, 128, 1001, 1400])
            {
                data.Add(false, false, bytes);
                data.Add(false, true, bytes);
                data.Add(true, false, bytes);
                data.Add(true, true, bytes);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Segments))]
    public void A_partial_checksum_is_made_whole(bool v6, bool udp, int bytes)
    {
        byte[] partial = Make(v6, udp, bytes).WithPartialChecksum().Build(), whole = Make(v6, udp, bytes).Build();
        Assert.NotEqual(partial, whole);
        bench.Reset();
        PacketRun run = bench.Ingress(partial, BenchPort.WirePartial).Became(whole, PacketRun.XdpRedirect);
        Assert.True(SumHolds(run.Output, v6, udp));
        Assert.Equal(1ul, bench.PortCount(BenchPort.WirePartial, Reason.CsumCompleted));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Behind_VLAN_tags_too(int tags)
    {
        bench.Reset();
        PacketBuilder builder = Make(false, false, 99);
        for (int i = 0; i < tags; i++)
        {
            builder.Vlan((ushort)(i + 10));
        }

        byte[] whole = builder.Build();
        bench.Ingress(builder.WithPartialChecksum().Build(), BenchPort.WirePartial).Became(whole, PacketRun.XdpRedirect).WithChecksums();
    }

    [Fact]
    public void Behind_extension_headers_and_before_link_padding_too()
    {
        bench.Reset();
        PacketBuilder builder = Make(true, false, 99).WithExtensions(Ipv6ExtensionHeader.HopByHop(), Ipv6ExtensionHeader.DestinationOptions()).WithTrailingPadding(5);
        byte[] whole = builder.Build();
        bench.Ingress(builder.WithPartialChecksum().Build(), BenchPort.WirePartial).Became(whole, PacketRun.XdpRedirect).WithChecksums();
    }

    [Fact]
    public void A_UDP_sum_of_zero_is_sent_as_all_ones()
    {
        bench.Reset();
        PacketBuilder builder = Make(false, true, 2);
        for (int word = 0; word <= 0xffff; word++)
        {
            byte[] payload = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)word);
            byte[] whole = builder.WithPayload(payload).Build();
            if (BinaryPrimitives.ReadUInt16BigEndian(whole.AsSpan(40)) == 0xffff)
            {
                bench.Ingress(builder.WithPartialChecksum().Build(), BenchPort.WirePartial).Became(whole, PacketRun.XdpRedirect);
                return;
            }
        }

        Assert.Fail("No payload has the sum looked for.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UDP_without_a_checksum_stays_without(bool v6)
    {
        bench.Reset();
        bench.Ingress(Make(v6, udp: true, 20).WithChecksum(0).Build(), BenchPort.WirePartial).Untouched(PacketRun.XdpRedirect);
        Assert.Equal(0ul, bench.PortCount(BenchPort.WirePartial, Reason.CsumCompleted));
    }

    [Fact]
    public void A_datagram_that_ends_before_its_checksum_is_left_alone()
    {
        bench.Reset();
        byte[] frame = PacketBuilder.Create().OnlyPayload(IpProtocol.Udp).WithPayload(1, 2, 3, 4).WithTrailingPadding(20).Build();
        bench.Ingress(frame, BenchPort.WirePartial).Untouched(PacketRun.XdpRedirect);
    }

    public static TheoryData<string> Crossing => ["ARP", "a fragment", "ICMP", "a whole checksum", "UDP", "malformed options", "a runt"];

    [Theory]
    [MemberData(nameof(Crossing))]
    public void Whatever_it_is_crosses_as_it_is(string what)
    {
        byte[] frame = what switch
        {
            "ARP" => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, .. new byte[28]],
            "a fragment" => Make(false, false, 50).WithIpv4Fragment(0, true).Build(),
            "ICMP" => PacketBuilder.Create().OnlyPayload((IpProtocol)1).WithPayload(8, 0, 1, 2, 3, 4, 5, 6).Build(),
            "UDP" => Make(false, true, 9).Build(),
            "malformed options" => Make(false, false, 9).WithOptions(TcpOption.Raw(30, 0, 0, 0)).Build(),
            "a runt" => new byte[14],
            _ => Make(false, false, 50).Build(),
        };
        bench.Reset();
        bench.Ingress(frame, BenchPort.Wire).Untouched(PacketRun.XdpRedirect);
        if (what is "ARP" or "a fragment" or "ICMP" or "a runt")
        {
            bench.Ingress(frame, BenchPort.WirePartial).Untouched(PacketRun.XdpRedirect);
        }
    }

    [Fact]
    public void A_host_port_hands_everything_to_the_stack()
    {
        bench.Reset();
        byte[] frame = Make(false, false, 50).WithPartialChecksum().Build();
        bench.Ingress(frame).Untouched();
        bench.Ingress(frame, BenchPort.Partial).Untouched();
    }

    [Fact]
    public void A_wire_whose_other_side_is_gone_says_so()
    {
        bench.Reset();
        bench.SetPort(BenchPort.Tagged, PortFlag.CsumComplete | PortFlag.Wire, peer: (BenchPort)63);
        try
        {
            bench.Ingress(Make(false, false, 50).Build(), BenchPort.Tagged).Untouched();
            Assert.Equal(1ul, bench.PortCount(BenchPort.Tagged, Reason.NoPeer));
        }
        finally
        {
            bench.SetPort(BenchPort.Tagged, PortFlag.CsumComplete, vlanMask: 0xfff);
        }
    }

    [Fact]
    public void A_dropped_packet_does_not_cross()
    {
        bench.Start("  - {name: none, priority: 1, hooks: [ingress, egress], actors: [drop]}\n");
        byte[] frame = Make(false, false, 50).Build();
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(frame, BenchPort.Wire).Verdict);
        Assert.Equal(PacketRun.XdpDrop, bench.Devmap(frame).Verdict);
        Assert.Equal(1ul, bench.PortCount(BenchPort.WireFar, Reason.Dropped, Hook.Egress));
    }

    private static PacketBuilder Make(bool v6, bool udp, int bytes)
    {
        PacketBuilder builder = PacketBuilder.Create();
        if (v6)
        {
            builder.Between("2001:db8::1", "2001:db8::2");
        }

        byte[] payload = Conversation.Payload(bytes);
        return (udp ? builder.Udp(4000, 53) : builder.Tcp(40000, 5201, TcpFlags.Ack)).WithPayload(payload);
    }

    /// <summary>A sum over the wire's own bytes, without any of the code under test.</summary>
    private static bool SumHolds(ReadOnlySpan<byte> frame, bool v6, bool udp)
    {
        ReadOnlySpan<byte> addresses = v6 ? frame[22..54] : frame[26..34], segment = frame[(v6 ? 54 : 34)..];
        uint sum = (uint)(udp ? 17 : 6) + (uint)segment.Length;
        foreach (byte[] part in (byte[][])[addresses.ToArray(), segment.ToArray()])
        {
            for (int i = 0; i < part.Length; i++)
            {
                sum += (uint)(part[i] << (i % 2 == 0 ? 8 : 0));
            }
        }

        return ((sum & 0xffff) + (sum >> 16)) % 0xffff == 0;
    }
}
