using System.Net;

using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Tests.Packets;

public sealed class PacketParserTests
{
    private static readonly MptcpKey Key = new(0x0102030405060708);

    public static TheoryData<string, byte[], ParseOutcome> Outcomes => new()
    {
        { "a plain ACK", PacketBuilder.Create().Build(), ParseOutcome.None },
        { "nothing", [], ParseOutcome.Truncated },
        { "13 bytes", new byte[13], ParseOutcome.Truncated },
        { "ARP", PacketBuilder.Create().WithEtherType(EtherType.Arp).Build(), ParseOutcome.NotIp },
        { "a tag cut in half", PacketBuilder.Create().Vlan(1).TruncatedTo(16).Build(), ParseOutcome.Truncated },
        { "two tags", PacketBuilder.Create().Vlan(1, EtherType.ServiceVlan).Vlan(2).Build(), ParseOutcome.None },
        { "three tags", PacketBuilder.Create().Vlan(1).Vlan(2).Vlan(3).Build(), ParseOutcome.VlanDepth },
        { "a third tag without its body", PacketBuilder.Create().Vlan(1).Vlan(2).Vlan(3).TruncatedTo(22).Build(), ParseOutcome.VlanDepth },
        { "IPv4 cut in its header", PacketBuilder.Create().TruncatedTo(33).Build(), ParseOutcome.Truncated },
        { "IPv4 said, version 6 inside", PacketBuilder.Create().WithIpVersionOctet(0x65).Build(), ParseOutcome.BadIpHeader },
        { "IPv4 header of 4 words", PacketBuilder.Create().WithIpVersionOctet(0x44).Build(), ParseOutcome.BadIpHeader },
        { "IPv4 total length below its header", PacketBuilder.Create().WithIpLength(19).Build(), ParseOutcome.BadIpHeader },
        { "IPv4 total length of zero", PacketBuilder.Create().WithIpLength(0).Build(), ParseOutcome.BadIpHeader },
        { "IPv4 total length past the frame", PacketBuilder.Create().WithIpLength(41).Build(), ParseOutcome.Truncated },
        { "IPv4 total length without TCP", PacketBuilder.Create().WithIpLength(39).Build(), ParseOutcome.BadTcpHeader },
        { "IPv4 options", PacketBuilder.Create().WithIpv4Options(new byte[40]).Build(), ParseOutcome.None },
        { "IPv4 header length into TCP", PacketBuilder.Create().WithIpVersionOctet(0x46).Build(), ParseOutcome.BadTcpHeader },
        { "the first IPv4 fragment", PacketBuilder.Create().WithIpv4Fragment(0, true).Build(), ParseOutcome.Fragment },
        { "a later IPv4 fragment", PacketBuilder.Create().OnlyPayload(IpProtocol.Tcp).WithIpv4Fragment(185, false).WithPayload(1, 2).Build(), ParseOutcome.Fragment },
        { "a UDP fragment", PacketBuilder.Create().Udp(1, 2).WithIpv4Fragment(0, true).Build(), ParseOutcome.Fragment },
        { "UDP", PacketBuilder.Create().Udp(53, 53).Build(), ParseOutcome.NotTcp },
        { "data offset of 4", PacketBuilder.Create().WithDataOffset(4).Build(), ParseOutcome.BadTcpHeader },
        { "data offset past the packet", PacketBuilder.Create().WithDataOffset(6).Build(), ParseOutcome.BadTcpHeader },
        { "data offset into link padding", PacketBuilder.Create().WithDataOffset(6).WithTrailingPadding(6).Build(), ParseOutcome.BadTcpHeader },
        { "an option of length 0", Optioned(TcpOption.Raw(8, 0, 0, 0)), ParseOutcome.MalformedOptions },
        { "an option of length 1", Optioned(TcpOption.Raw(8, 1, 0, 0)), ParseOutcome.MalformedOptions },
        { "an option past the header", Optioned(TcpOption.Raw(30, 5, 0x20, 0)), ParseOutcome.MalformedOptions },
        { "an option continued in the payload", PacketBuilder.Create().WithOptions(TcpOption.Raw(30, 12, 0x20, 1)).WithPayload(new byte[8]).Build(), ParseOutcome.MalformedOptions },
        { "a kind without length", Optioned(TcpOption.Raw(1, 1, 1, 8)), ParseOutcome.MalformedOptions },
        { "a lone unknown kind at the end", Optioned(TcpOption.Raw(1, 1, 1, 77)), ParseOutcome.MalformedOptions },
        { "MPTCP without a subtype", Optioned(TcpOption.Raw(30, 2, 1, 1)), ParseOutcome.MalformedOptions },
        { "DSS without flags", Optioned(TcpOption.Raw(30, 3, 0x20, 1)), ParseOutcome.MalformedOptions },
        { "DSS shorter than its flags", Optioned(TcpOption.Raw(30, 8, 0x20, 3, 0, 0, 0, 0)), ParseOutcome.MalformedOptions },
        { "the same subtype twice", Optioned(MptcpOptions.MpPrio(true), MptcpOptions.MpPrio(true), TcpOption.Raw(1, 1)), ParseOutcome.DuplicateOption },
        { "an unknown subtype twice", Optioned(TcpOption.Raw(30, 4, 0xf0, 0), TcpOption.Raw(30, 4, 0xf0, 0)), ParseOutcome.DuplicateOption },
        { "a duplicate after EOL", Optioned(MptcpOptions.MpPrio(true), TcpOption.EndOfList, MptcpOptions.MpPrio(true), TcpOption.NoOperation), ParseOutcome.None },
        { "garbage after EOL", Optioned(TcpOption.Raw(0, 30, 0, 0)), ParseOutcome.None },
        { "IPv6", Ipv6().Build(), ParseOutcome.None },
        { "IPv6 cut in its header", Ipv6().TruncatedTo(53).Build(), ParseOutcome.Truncated },
        { "IPv6 said, version 4 inside", Ipv6().WithIpVersionOctet(0x40).Build(), ParseOutcome.BadIpHeader },
        { "IPv6 payload past the frame", Ipv6().WithIpLength(21).Build(), ParseOutcome.Truncated },
        { "IPv6 payload of zero", Ipv6().WithIpLength(0).Build(), ParseOutcome.BadTcpHeader },
        { "IPv6 fragment", Ipv6(Ipv6ExtensionHeader.Fragment(0, true, 1)).Build(), ParseOutcome.Fragment },
        { "IPv6 atomic fragment", Ipv6(Ipv6ExtensionHeader.Fragment(0, false, 1)).Build(), ParseOutcome.Fragment },
        { "IPv6 UDP", Ipv6().Udp(1, 2).Build(), ParseOutcome.NotTcp },
        { "IPv6 no next header", Ipv6().OnlyPayload(IpProtocol.NoNextHeader).Build(), ParseOutcome.NotTcp },
        { "six extension headers", Ipv6(Six()).Build(), ParseOutcome.None },
        { "seven extension headers", Ipv6([.. Six(), Ipv6ExtensionHeader.DestinationOptions()]).Build(), ParseOutcome.ExtensionHeaders },
        { "extension headers just short enough", Ipv6(Ipv6ExtensionHeader.HopByHop(32), Ipv6ExtensionHeader.DestinationOptions(22)).Build(), ParseOutcome.None },
        { "extension headers too long", Ipv6(Ipv6ExtensionHeader.HopByHop(32), Ipv6ExtensionHeader.DestinationOptions(23)).Build(), ParseOutcome.ExtensionHeaders },
        { "every kind of extension header", Ipv6(Ipv6ExtensionHeader.HopByHop(), Ipv6ExtensionHeader.DestinationOptions(), Ipv6ExtensionHeader.Routing()).Build(), ParseOutcome.None },
        { "an authentication header", Ipv6(Ipv6ExtensionHeader.HopByHop(), Ipv6ExtensionHeader.Authentication()).Build(), ParseOutcome.Authenticated },
        { "a routing header with segments left", Ipv6(Ipv6ExtensionHeader.Routing(segmentsLeft: 1)).Build(), ParseOutcome.SourceRouted },
        { "an extension header past the packet", Ipv6(Ipv6ExtensionHeader.HopByHop()).WithIpLength(7).Build(), ParseOutcome.BadIpHeader },
        { "an extension header ending past the packet", Ipv6(Ipv6ExtensionHeader.HopByHop(4)).WithIpLength(24).Build(), ParseOutcome.BadTcpHeader },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_kind_of_frame_has_its_outcome(string what, byte[] frame, ParseOutcome expected)
    {
        ParseOutcome outcome = PacketParser.Parse(frame, out _);
        Assert.True(expected == outcome, $"{what}: {outcome}, not {expected}");
    }

    public static TheoryData<byte[], PacketTypes> Kinds => new()
    {
        { PacketBuilder.Create().Build(), PacketTypes.PureAck | PacketTypes.PlainTcp },
        { PacketBuilder.Create().WithFlags(TcpFlags.None).Build(), PacketTypes.PlainTcp },
        { PacketBuilder.Create().WithFlags(TcpFlags.Syn).WithOptions(MptcpOptions.MpCapable()).Build(), PacketTypes.Syn | PacketTypes.MpCapable | PacketTypes.Mptcp },
        { PacketBuilder.Create().WithFlags(TcpFlags.Syn).WithOptions(MptcpOptions.MpJoinSyn(1, 2)).Build(), PacketTypes.Syn | PacketTypes.MpJoin | PacketTypes.Mptcp },
        { PacketBuilder.Create().WithFlags(TcpFlags.Syn | TcpFlags.Ack).WithPayload(1).Build(), PacketTypes.SynAck | PacketTypes.Data | PacketTypes.PlainTcp },
        { PacketBuilder.Create().WithFlags(TcpFlags.Fin | TcpFlags.Ack).Build(), PacketTypes.Fin | PacketTypes.PlainTcp },
        { PacketBuilder.Create().WithFlags(TcpFlags.Rst).WithOptions(MptcpOptions.MpFastclose(Key), MptcpOptions.MpTcprst(0, 1)).Build(), PacketTypes.Rst | PacketTypes.MpFastclose | PacketTypes.MpTcprst | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.Dss(5)), PacketTypes.PureAck | PacketTypes.Dss | PacketTypes.DataAck | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.Dss(dataFin: true, mapping: (1, 0, 1))), PacketTypes.PureAck | PacketTypes.Dss | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.AddAddr(1, IPAddress.Loopback, 1)), PacketTypes.PureAck | PacketTypes.AddAddr4 | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.AddAddr(1, IPAddress.IPv6Loopback, 1, 5)), PacketTypes.PureAck | PacketTypes.AddAddr6 | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.AddAddrEcho(1, IPAddress.Loopback)), PacketTypes.PureAck | PacketTypes.AddAddrEcho | PacketTypes.AddAddr4Echo | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.AddAddrV0(1, IPAddress.Loopback, 5)), PacketTypes.PureAck | PacketTypes.AddAddr4 | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.AddAddrV0(1, IPAddress.IPv6Loopback)), PacketTypes.PureAck | PacketTypes.AddAddr6 | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.RemoveAddr(1, 2)), PacketTypes.PureAck | PacketTypes.RemoveAddr | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.MpPrioV0(true, 3)), PacketTypes.PureAck | PacketTypes.MpPrio | PacketTypes.Mptcp },
        { Optioned(MptcpOptions.MpFail(9)), PacketTypes.PureAck | PacketTypes.MpFail | PacketTypes.Mptcp },
        { Optioned(TcpOption.Raw(30, 4, 0x90, 0)), PacketTypes.PureAck | PacketTypes.Mptcp },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Types_say_what_the_packet_is_and_carries(byte[] frame, PacketTypes expected)
    {
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
        Assert.Equal(expected, packet.Types);
    }

    [Fact]
    public void Every_field_is_read_behind_tags_and_extension_headers()
    {
        byte[] frame = Ipv6(Ipv6ExtensionHeader.HopByHop(), Ipv6ExtensionHeader.Routing())
            .Vlan(0xabc, EtherType.ServiceVlan, 7).Vlan(5)
            .Tcp(1234, 4321, TcpFlags.Syn)
            .WithSequence(0x80000001).WithAcknowledgment(0xfffffffe).WithWindow(0x1234)
            .WithOptions(
                TcpOption.MaximumSegmentSize(1440), TcpOption.SackPermitted, TcpOption.Timestamps(0xdeadbeef, 7),
                TcpOption.NoOperation, TcpOption.WindowScale(200), MptcpOptions.MpJoinSyn(0x01020304, 0x05060708, 9, true))
            .WithPayload(1, 2, 3).WithTrailingPadding(5).Build();

        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
        Assert.Equal(
            (6, "2001:db8::1", "2001:db8::2", 1234, 4321, 0xabc),
            (packet.Family, packet.Source.ToString(), packet.Destination.ToString(), packet.SourcePort, packet.DestinationPort, packet.Vlan));
        Assert.Equal((22, 22 + 40 + 8 + 24, 32), (packet.NetworkOffset, packet.TransportOffset, packet.OptionsLength));
        Assert.Equal((3, frame.Length - 5, frame.Length), (packet.PayloadLength, packet.End, packet.Length));
        Assert.Equal((0x80000001, 0xfffffffe, 0x1234), (packet.SequenceNumber, packet.AcknowledgmentNumber, packet.Window));
        Assert.Equal<(uint, uint, int?, int?, int)>((0xdeadbeef, 7, 6, 14, 1440), (packet.TimestampValue, packet.TimestampEcho, packet.TimestampOffset, packet.WindowScale, packet.MaximumSegmentSize));
        Assert.Equal(20, packet.SubtypeOffset(MptcpSubtype.MpJoin));
        Assert.True(MpJoinSynOption.TryRead(packet.Option(frame, MptcpSubtype.MpJoin), out MpJoinSynOption join));
        Assert.Equal(new MpJoinSynOption(true, 9, 0x01020304, 0x05060708), join);
        Assert.Equal([1, 2, 3], frame[packet.PayloadOffset..packet.End]);
    }

    [Fact]
    public void A_tag_beside_the_frame_counts_as_the_outer_one()
    {
        byte[] one = PacketBuilder.Create().Vlan(7).Build();
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(one, one.Length, 0xe123, out ParsedPacket packet));
        Assert.Equal(0x123, packet.Vlan);

        byte[] two = PacketBuilder.Create().Vlan(7).Vlan(8).Build();
        Assert.Equal(ParseOutcome.VlanDepth, PacketParser.Parse(two, two.Length, 1, out _));
    }

    [Fact]
    public void Headers_outside_the_first_buffer_are_told_from_headers_that_do_not_exist()
    {
        byte[] frame = PacketBuilder.Create().WithOptions(MptcpOptions.Dss(1)).WithPayload(new byte[100]).Build();
        foreach (int linear in new[] { 20, 40, 60 })
        {
            Assert.Equal(ParseOutcome.Nonlinear, PacketParser.Parse(frame.AsSpan(0, linear), frame.Length, out _));
        }

        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame.AsSpan(0, 66), frame.Length, out ParsedPacket packet));
        Assert.Equal(100, packet.PayloadLength);
        Assert.Throws<ArgumentOutOfRangeException>(() => PacketParser.Parse(frame, frame.Length - 1, out _));
    }

    [Fact]
    public void A_v0_announcement_is_told_from_a_v1_echo()
    {
        Assert.True(Parse(Optioned(MptcpOptions.AddAddrV0(1, IPAddress.Loopback))).IsAddAddrV0);
        Assert.True(Parse(Optioned(MptcpOptions.AddAddrV0(1, IPAddress.IPv6Loopback, 9))).IsAddAddrV0);
        Assert.False(Parse(Optioned(MptcpOptions.AddAddrEcho(1, IPAddress.IPv6Loopback, 9))).IsAddAddrV0);
        Assert.False(Parse(Optioned(MptcpOptions.AddAddr(1, IPAddress.Loopback, 1))).IsAddAddrV0);
    }

    private static ParsedPacket Parse(byte[] frame)
    {
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
        return packet;
    }

    private static byte[] Optioned(params TcpOption[] options) => PacketBuilder.Create().WithOptions(options).Build();

    private static PacketBuilder Ipv6(params Ipv6ExtensionHeader[] headers) =>
        PacketBuilder.Create().Between("2001:db8::1", "2001:db8::2").WithExtensions(headers);

    private static Ipv6ExtensionHeader[] Six() => [.. Enumerable.Repeat(Ipv6ExtensionHeader.DestinationOptions(), 6)];
}
