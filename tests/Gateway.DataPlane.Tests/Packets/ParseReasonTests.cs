using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>What the parser cannot vouch for passes as it is, under a policy that would drop everything it could read.</summary>
[Collection(OnPacketBench.Name)]
public sealed class ParseReasonTests(PacketBench bench)
{
    private const string DropAll = """
          - {name: all, priority: 1, hooks: [ingress, egress], actors: [drop]}
        """;

    private static readonly Ipv6ExtensionHeader s_options = Ipv6ExtensionHeader.DestinationOptions();

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Description)];

    private static readonly (string Description, Reason Reason, Func<PacketBuilder> Frame)[] s_cases =
    [
        ("ARP", Reason.NotIp, () => Tcp().WithEtherType((EtherType)0x0806)),
        ("an IPv4 fragment that is the first", Reason.Fragment, () => Tcp().WithIpv4Fragment(0, more: true)),
        ("an IPv4 fragment in the middle", Reason.Fragment, () => Tcp().OnlyPayload(IpProtocol.Tcp).WithPayload(new byte[64]).WithIpv4Fragment(100, more: true)),
        ("the last IPv4 fragment", Reason.Fragment, () => Tcp().OnlyPayload(IpProtocol.Tcp).WithPayload(new byte[64]).WithIpv4Fragment(100, more: false)),
        ("an IPv6 fragment", Reason.Fragment, () => Tcp6(Ipv6ExtensionHeader.Fragment(0, true, 1))),
        ("an IPv6 fragment behind another header", Reason.Fragment, () => Tcp6(s_options, Ipv6ExtensionHeader.Fragment(10, false, 1))),
        ("UDP over IPv4", Reason.NotTcp, () => PacketBuilder.Create().Udp(1, 2).WithPayload(new byte[8])),
        ("UDP over IPv6", Reason.NotTcp, () => PacketBuilder.Create().Between("2001:db8::1", "2001:db8::2").Udp(1, 2).WithPayload(new byte[8])),
        ("ICMPv6", Reason.NotTcp, () => Tcp6().OnlyPayload((IpProtocol)58).WithPayload(new byte[8])),
        ("an IPv4 packet longer than its frame", Reason.Truncated, () => Tcp().WithPayload(new byte[100]).TruncatedTo(100)),
        ("an IPv6 packet longer than its frame", Reason.Truncated, () => Tcp6().WithPayload(new byte[100]).TruncatedTo(120)),
        ("a frame that ends in its IPv4 header", Reason.Truncated, () => Tcp().TruncatedTo(30)),
        ("a frame that ends in its IPv6 header", Reason.Truncated, () => Tcp6().TruncatedTo(40)),
        ("a frame that ends in its VLAN tag", Reason.Truncated, () => Tcp().Vlan(1).TruncatedTo(16)),
        ("an IPv4 version of 5", Reason.BadIpHeader, () => Tcp().WithIpVersionOctet(0x55)),
        ("an IPv4 header of 16 bytes", Reason.BadIpHeader, () => Tcp().WithIpVersionOctet(0x44)),
        ("an IPv4 length below its header", Reason.BadIpHeader, () => Tcp().WithIpLength(19)),
        ("an IPv6 version of 4", Reason.BadIpHeader, () => Tcp6().WithIpVersionOctet(0x40)),
        ("an IPv4 length that ends in the TCP header", Reason.BadTcpHeader, () => Tcp().WithIpLength(39)),
        ("a data offset of 4", Reason.BadTcpHeader, () => Tcp().WithDataOffset(4)),
        ("a data offset past the packet", Reason.BadTcpHeader, () => Tcp().WithDataOffset(15)),
        ("an option of length 0", Reason.MalformedOptions, () => Tcp(30, 0, 0, 0)),
        ("an option of length 1", Reason.MalformedOptions, () => Tcp(1, 30, 1, 1)),
        ("an option past the header", Reason.MalformedOptions, () => Tcp(1, 1, 8, 10)),
        ("an option without a length", Reason.MalformedOptions, () => Tcp(1, 1, 1, 30)),
        ("an MPTCP option without a subtype", Reason.MalformedOptions, () => Tcp(30, 2, 1, 1)),
        ("a DSS without its flags", Reason.MalformedOptions, () => Tcp(30, 3, 0x20, 1)),
        ("a DSS shorter than its flags say", Reason.MalformedOptions, () => Tcp(30, 8, 0x20, 3, 0, 0, 0, 0)),
        ("two DSS", Reason.DuplicateOption, () => Tcp().WithOptions(MptcpOptions.Dss(1, true), MptcpOptions.Dss(2, true))),
        ("an unknown MPTCP subtype twice", Reason.DuplicateOption, () => Tcp(30, 4, 0xf0, 0, 30, 4, 0xf0, 0)),
        ("an authentication header", Reason.Authenticated, () => Tcp6(s_options, Ipv6ExtensionHeader.Authentication())),
        ("a routing header with segments left", Reason.SourceRouted, () => Tcp6(Ipv6ExtensionHeader.Routing(segmentsLeft: 1))),
        ("three VLAN tags", Reason.VlanDepth, () => Tcp().Vlan(1).Vlan(2).Vlan(3)),
        ("seven IPv6 extension headers", Reason.ExtensionHeaders, () => Tcp6([.. Enumerable.Repeat(s_options, 7)])),
        ("an IPv6 extension header of 2 kB", Reason.ExtensionHeaders, () => Tcp6(Ipv6ExtensionHeader.DestinationOptions(255))),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_cannot_be_read_passes_untouched_and_counted(string description)
    {
        (_, Reason reason, Func<PacketBuilder> make) = s_cases.Single(c => c.Description == description);
        byte[] frame = make().Build();
        bench.Start(DropAll);
        bench.Ingress(frame).Untouched();
        Assert.Equal(new() { [reason] = 1 }, bench.PortReasons(BenchPort.Host));
        PortStats stats = bench.PortStats(BenchPort.Host, Hook.Ingress);
        Assert.Equal((1ul, (ulong)frame.Length), (stats.Packets, stats.Bytes));
        if (PacketBench.CanEgress(frame))
        {
            bench.Egress(frame).Untouched(PacketRun.TcUnspecified);
            Assert.Equal(new() { [reason] = 1 }, bench.PortReasons(BenchPort.Host, Hook.Egress));
        }

        bench.Devmap(frame).Untouched();
        Assert.Equal(new() { [reason] = 1 }, bench.PortReasons(BenchPort.WireFar, Hook.Egress));
        Assert.Empty(bench.Flows());
    }

    public static TheoryData<string> Readable => [.. s_readable.Select(c => c.Description)];

    private static readonly (string Description, Func<PacketBuilder> Frame)[] s_readable =
    [
        ("no tag", () => Tcp()),
        ("one tag", () => Tcp().Vlan(5)),
        ("two tags", () => Tcp().Vlan(5, EtherType.ServiceVlan).Vlan(6)),
        ("IPv4 options", () => Tcp().WithIpv4Options(1, 1, 1, 1)),
        ("IPv6 with six extension headers", () => Tcp6(Ipv6ExtensionHeader.HopByHop(), s_options, Ipv6ExtensionHeader.Routing(), s_options, s_options, s_options)),
        ("link padding", () => Tcp().WithTrailingPadding(6)),
        ("an option list cut short by EOL", () => Tcp(1, 0, 30, 0)),
        ("an unknown MPTCP subtype", () => Tcp(30, 4, 0xe0, 0)),
    ];

    [Theory]
    [MemberData(nameof(Readable))]
    public void What_can_be_read_reaches_the_policy(string description)
    {
        byte[] frame = s_readable.Single(c => c.Description == description).Frame().Build();
        bench.Start(DropAll);
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(frame).Verdict);
        Assert.Equal(new() { [Reason.Dropped] = 1 }, bench.PortReasons(BenchPort.Host));
        Assert.Equal(PacketRun.TcShot, bench.Egress(frame).Verdict);
        Assert.Equal(PacketRun.XdpDrop, bench.Devmap(frame).Verdict);
    }

    private static PacketBuilder Tcp(params byte[] options) =>
        PacketBuilder.Create().Tcp(40000, 5201).WithOptions(TcpOption.Raw(options));

    private static PacketBuilder Tcp6(params Ipv6ExtensionHeader[] extensions) =>
        PacketBuilder.Create().Between("2001:db8::1", "2001:db8::2").Tcp(40000, 5201).WithExtensions(extensions);
}
