using System.Net;

using FsCheck.Fluent;

using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Tests.Checksums;

public sealed class ChecksumTests
{
    [Fact]
    public void The_sum_is_that_of_RFC_1071_section_3()
    {
        byte[] example = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        Assert.Equal(0x2ddf0ul, InternetChecksum.Sum(example));
        Assert.Equal(0xddf2, InternetChecksum.Fold(InternetChecksum.Sum(example)));
        Assert.Equal(0x220d, InternetChecksum.Finish(InternetChecksum.Sum(example)));
    }

    [Fact]
    public void An_odd_last_byte_is_padded_with_zero() =>
        Assert.Equal(InternetChecksum.Sum([1, 2, 3, 0]), InternetChecksum.Sum([1, 2, 3]));

    [Fact]
    public void The_update_is_that_of_RFC_1624_section_4() =>
        Assert.Equal(0x0000, IncrementalChecksum.Replace(0xdd2f, 0x5555, 0x3285));

    [Fact]
    public void A_known_IPv4_header_has_its_known_checksum()
    {
        byte[] header = Convert.FromHexString("45000073000040004011" + "0000" + "c0a80001c0a800c7");
        Assert.Equal(0xb861, InternetChecksum.Finish(InternetChecksum.Sum(header)));
    }

    [Fact]
    public void A_known_UDP_datagram_over_IPv6_has_its_known_pseudo_header_sum()
    {
        ulong sum = PseudoHeader.Sum(IPAddress.Parse("::1"), IPAddress.Parse("::2"), IpProtocol.Udp, 0x1_0004);
        Assert.Equal(1 + 2 + 17 + 1 + 4, InternetChecksum.Fold(sum));
        Assert.Throws<ArgumentException>(() => PseudoHeader.Sum(IPAddress.Loopback, IPAddress.IPv6Loopback, IpProtocol.Tcp, 20));
    }

    [Fact]
    public void Any_run_at_any_offset_updates_to_what_a_full_sum_gives() => PropertyCheck.ForAll(
        from bytes in FrameGenerators.Bytes(80)
        from offset in Gen.Choose(0, bytes.Length)
        from length in Gen.Choose(0, bytes.Length - offset)
        from patch in Gen.Choose(0, 255).ListOf(length)
        select (bytes, offset, patch: patch.Select(value => (byte)value).ToArray()),
        edit =>
        {
            // A pseudo-header is never all zeros, so neither is what a checksum covers.
            const ulong Protocol = 6;
            ushort before = InternetChecksum.Finish(InternetChecksum.Sum(edit.bytes, Protocol));
            byte[] after = [.. edit.bytes];
            edit.patch.CopyTo(after, edit.offset);
            ushort updated = IncrementalChecksum.Replace(
                before, edit.bytes.AsSpan(edit.offset, edit.patch.Length), edit.patch, edit.offset);
            Assert.Equal(0xffff, InternetChecksum.Fold(InternetChecksum.Sum(after, Protocol) + updated));
        });

    [Fact]
    public void Built_frames_verify_and_any_flipped_bit_shows() => PropertyCheck.ForAll(
        from builder in FrameGenerators.Builder
        let frame = builder.Build()
        where PacketParser.Parse(frame, out _) == ParseOutcome.None
        from bit in Gen.Choose(0, 1 << 20)
        select (frame, bit),
        pair =>
        {
            PacketParser.Parse(pair.frame, out ParsedPacket packet);
            ChecksumVerdict header = packet.Family == 4 ? ChecksumVerdict.Valid : ChecksumVerdict.Absent;
            Assert.Equal(new FrameChecksums(header, ChecksumVerdict.Valid), FrameChecksums.Verify(pair.frame));

            // Any bit but the data offset's, which could make the packet unreadable.
            int length = packet.End - packet.TransportOffset;
            int at = pair.bit / 8 % length;
            byte[] flipped = [.. pair.frame];
            flipped[packet.TransportOffset + (at == 12 ? 13 : at)] ^= (byte)(1 << (pair.bit % 8));
            Assert.Contains(FrameChecksums.Verify(flipped).Tcp, (ChecksumVerdict[])[ChecksumVerdict.Invalid, ChecksumVerdict.Partial]);
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_partial_checksum_is_told_from_a_wrong_one(bool version6)
    {
        PacketBuilder builder = PacketBuilder.Create().WithPayload(1, 2, 3);
        _ = version6 ? builder.Between("2001:db8::1", "2001:db8::2") : builder;
        Assert.Equal(ChecksumVerdict.Partial, FrameChecksums.Verify(builder.WithPartialChecksum().Build()).Tcp);
        Assert.Equal(ChecksumVerdict.Invalid, FrameChecksums.Verify(builder.WithChecksum(0x1234).Build()).Tcp);
    }

    [Fact]
    public void A_wrong_IPv4_header_checksum_shows() =>
        Assert.Equal(ChecksumVerdict.Invalid, FrameChecksums.Verify(PacketBuilder.Create().WithIpv4Checksum(1).Build()).Ipv4Header);

    [Fact]
    public void What_cannot_be_computed_is_not_called_wrong()
    {
        byte[] frame = PacketBuilder.Create().WithPayload(new byte[60]).Build();
        Assert.Equal(ChecksumVerdict.Unverifiable, FrameChecksums.Verify(frame.AsSpan(0, 70), frame.Length).Tcp);

        byte[] sourceRouted = PacketBuilder.Create().WithIpv4Options(1, 0x83, 7, 4, 192, 0, 2, 9).Build();
        Assert.Equal(ChecksumVerdict.Unverifiable, FrameChecksums.Verify(sourceRouted).Tcp);

        PacketBuilder ipv6 = PacketBuilder.Create().Between("2001:db8::1", "2001:db8::2");
        byte[] routed = ipv6.WithExtensions(Ipv6ExtensionHeader.HopByHop(), Ipv6ExtensionHeader.Routing(1)).Build();
        Assert.Equal(ChecksumVerdict.Unverifiable, FrameChecksums.Verify(routed).Tcp);

        Assert.Equal(ChecksumVerdict.Absent, FrameChecksums.Verify(PacketBuilder.Create().Udp(1, 2).Build()).Tcp);
    }

    [Fact]
    public void A_built_UDP_datagram_has_a_right_checksum()
    {
        byte[] frame = PacketBuilder.Create().Udp(53, 1053).WithPayload(1, 2, 3).Build();
        ulong pseudo = PseudoHeader.Sum(IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), IpProtocol.Udp, 11);
        Assert.Equal(0xffff, InternetChecksum.Fold(InternetChecksum.Sum(frame.AsSpan(34), pseudo)));
    }
}
