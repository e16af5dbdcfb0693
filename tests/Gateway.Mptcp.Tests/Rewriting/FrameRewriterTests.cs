using System.Net;

using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.Mptcp.Tests.Rewriting;

public sealed class FrameRewriterTests
{
    private const string Padded = "0101" + "080a0000000100000002";
    private static readonly TcpOption[] Timestamps = [TcpOption.NoOperation, TcpOption.NoOperation, TcpOption.Timestamps(1, 2)];
    private static readonly TcpOption WideAck = MptcpOptions.Dss(0x1122334455667788);
    private static readonly TcpOption FullMapping = MptcpOptions.Dss(0x1122334455667788, mapping: (0xaabbccdd00000001, 7, 1000), checksum: 0xbeef);

    public static TheoryData<string, PacketBuilder, RewriteOutcome, PrioPlacement?, string?> Placements => new()
    {
        { "a pure ACK", With([.. Timestamps, WideAck]), RewriteOutcome.Done, PrioPlacement.ShrinkDataAck, Padded + "1e082001" + "55667788" + "1e035101" },
        { "a full data packet", With([.. Timestamps, FullMapping]).WithPayload(1, 2, 3), RewriteOutcome.Done, PrioPlacement.ShrinkDataAck, Padded + "1e18200d55667788aabbccdd00000001" + "0000000703e8beef" + "1e035101" },
        { "options after the DSS", With([WideAck, TcpOption.NoOperation, TcpOption.NoOperation, TcpOption.Timestamps(1, 2)]), RewriteOutcome.Done, PrioPlacement.ShrinkDataAck, "1e08200155667788" + "1e035101" + Padded },
        { "a DSS at an odd offset", With(TcpOption.NoOperation, WideAck, TcpOption.Raw(1, 1, 1)), RewriteOutcome.Done, PrioPlacement.ShrinkDataAck, "01" + "1e08200155667788" + "1e035101" + "010101" },
        { "a FIN", With(WideAck).WithFlags(TcpFlags.Fin | TcpFlags.Ack), RewriteOutcome.Handshake, null, null },
        { "a short data acknowledgment", With([.. Timestamps, MptcpOptions.Dss(5, true)]), RewriteOutcome.Done, PrioPlacement.OverwriteTimestamps, "1e0351" + "010101010101010101" + "1e08200100000005" },
        { "timestamps without NOPs", With(TcpOption.Timestamps(1, 2), TcpOption.Raw(1, 1), MptcpOptions.Dss(5, true)), RewriteOutcome.Done, PrioPlacement.Append, "080a0000000100000002" + "0101" + "1e08200100000005" + "1e035101" },
        { "an option that ends like two NOPs", With(MptcpOptions.Dss(0x0101, true), TcpOption.Timestamps(1, 2), TcpOption.Raw(1, 1)), RewriteOutcome.Done, PrioPlacement.Append, "1e08200100000101" + "080a0000000100000002" + "0101" + "1e035101" },
        { "no timestamps", With(MptcpOptions.Dss(5, true)), RewriteOutcome.Done, PrioPlacement.Append, "1e08200100000005" + "1e035101" },
        { "36 bytes of options", With(MptcpOptions.Dss(5, true), MptcpOptions.AddAddrV0(1, IPAddress.IPv6Loopback), TcpOption.Raw(1, 1, 1, 1, 1, 1, 1, 1)), RewriteOutcome.Done, PrioPlacement.Append, "1e08200100000005" + "1e143601" + "00000000000000000000000000000001" + "0101010101010101" + "1e035101" },
        { "40 bytes of options", With(MptcpOptions.Dss(5, true), MptcpOptions.AddAddrV0(1, IPAddress.IPv6Loopback), TcpOption.Timestamps(1, 1), TcpOption.Raw(1, 1)), RewriteOutcome.NoRoom, null, null },
        { "bytes after EOL", With(MptcpOptions.Dss(5, true), TcpOption.EndOfList), RewriteOutcome.NoRoom, null, null },
        { "trailing link padding", With(MptcpOptions.Dss(5, true)).WithTrailingPadding(2), RewriteOutcome.NoRoom, null, null },
        { "data without a wide acknowledgment", With([.. Timestamps, MptcpOptions.Dss(5, true)]).WithPayload(1), RewriteOutcome.NoRoom, null, null },
        { "an MP_PRIO of its own", With(MptcpOptions.MpPrio(false), TcpOption.NoOperation, WideAck), RewriteOutcome.NotApplicable, null, null },
        { "no DSS", With([.. Timestamps, MptcpOptions.AddAddr(1, IPAddress.Loopback, 1)]), RewriteOutcome.NotApplicable, null, null },
        { "plain TCP", With(Timestamps), RewriteOutcome.NotApplicable, null, null },
        { "a SYN", With(MptcpOptions.MpCapable()).WithFlags(TcpFlags.Syn), RewriteOutcome.Handshake, null, null },
        { "a RST", With(WideAck).WithFlags(TcpFlags.Rst | TcpFlags.Ack), RewriteOutcome.Handshake, null, null },
        { "a third ACK", With([.. Timestamps, MptcpOptions.MpCapable(new MptcpKey(1), new MptcpKey(2))]), RewriteOutcome.NotApplicable, null, null },
        { "the third ACK of a join", With([.. Timestamps, MptcpOptions.MpJoinAck(new byte[20])]), RewriteOutcome.NotApplicable, null, null },
        { "a fragment", With(WideAck).WithIpv4Fragment(0, true), RewriteOutcome.NotParsed, null, null },
    };

    [Theory]
    [MemberData(nameof(Placements))]
    public void MP_PRIO_goes_where_it_breaks_nothing(
        string what, PacketBuilder builder, RewriteOutcome outcome, PrioPlacement? placement, string? options)
    {
        byte[] frame = builder.Build();
        RewriteResult result = FrameRewriter.PlacePrio(frame, true, ChecksumState.Complete);
        Assert.True((outcome, placement) == (result.Outcome, result.Placement), $"{what}: {result.Outcome} {result.Placement}");
        if (options is null)
        {
            Assert.Equal(frame, result.Frame.ToArray());
            return;
        }

        Assert.Equal(options, OptionsOf(result.Frame.Span));
        Assert.Equal(new FrameChecksums(ChecksumVerdict.Valid, ChecksumVerdict.Valid), FrameChecksums.Verify(result.Frame.Span));
    }

    [Fact]
    public void Restoring_clears_the_backup_flag()
    {
        byte[] frame = With(WideAck).Build();
        Assert.EndsWith("1e035001", OptionsOf(FrameRewriter.PlacePrio(frame, false, ChecksumState.Complete).Frame.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_appended_MP_PRIO_grows_the_header_and_the_IP_length_by_four(bool version6)
    {
        PacketBuilder builder = With(MptcpOptions.Dss(5, true)).Vlan(3);
        _ = version6 ? builder.Between("2001:db8::1", "2001:db8::2").WithExtensions(Ipv6ExtensionHeader.DestinationOptions()) : builder;
        PacketBuilder grown = With(MptcpOptions.Dss(5, true), MptcpOptions.MpPrio(true), TcpOption.NoOperation).Vlan(3);
        _ = version6 ? grown.Between("2001:db8::1", "2001:db8::2").WithExtensions(Ipv6ExtensionHeader.DestinationOptions()) : grown;

        Assert.Equal(grown.Build(), FrameRewriter.PlacePrio(builder.Build(), true, ChecksumState.Complete).Frame.ToArray());
        Assert.Equal(
            grown.WithPartialChecksum().Build(),
            FrameRewriter.PlacePrio(builder.WithPartialChecksum().Build(), true, ChecksumState.Partial).Frame.ToArray());
    }

    [Theory]
    [InlineData("192.0.2.9", null)]
    [InlineData("2001:db8::9", null)]
    [InlineData("192.0.2.9", (ushort)5001)]
    [InlineData("2001:db8::9", (ushort)5001)]
    public void A_v1_announcement_keeps_all_but_its_HMAC(string address, ushort? port)
    {
        byte[] frame = With(TcpOption.NoOperation, MptcpOptions.AddAddr(5, IPAddress.Parse(address), 0x0102030405060708, port)).Build();
        RewriteResult result = FrameRewriter.HideAddAddr(frame, ChecksumState.Complete);

        TcpOption expected = MptcpOptions.AddAddr(5, IPAddress.Parse(address), 0x0102030405060708 + 0x5a5a5a5a5a5a5a5a, port);
        Assert.Equal(RewriteOutcome.Done, result.Outcome);
        Assert.Equal(With(TcpOption.NoOperation, expected).Build(), result.Frame.ToArray());
    }

    public static TheoryData<string, PacketBuilder, RewriteOutcome> Announcements => new()
    {
        { "an echo", With(MptcpOptions.AddAddrEcho(1, IPAddress.Loopback)), RewriteOutcome.NotApplicable },
        { "v0 alone", With([.. Timestamps, MptcpOptions.AddAddrV0(1, IPAddress.Loopback)]), RewriteOutcome.Drop },
        { "v0 alone with payload", With(MptcpOptions.AddAddrV0(1, IPAddress.Loopback)).WithPayload(1), RewriteOutcome.NoRoom },
        { "v0 beside a DSS", With(MptcpOptions.AddAddrV0(1, IPAddress.Loopback), WideAck), RewriteOutcome.Done },
        { "no announcement", With(WideAck), RewriteOutcome.NotApplicable },
        { "no room for an HMAC", With(TcpOption.Raw(30, 4, 0x30, 1)), RewriteOutcome.NotApplicable },
        { "v1 without HMAC", With(TcpOption.Raw(30, 8, 0x30, 1, 10, 0, 0, 1)), RewriteOutcome.NotApplicable },
    };

    [Theory]
    [MemberData(nameof(Announcements))]
    public void Hiding_an_announcement_never_leaves_a_plain_TCP_packet(string what, PacketBuilder builder, RewriteOutcome expected)
    {
        byte[] frame = builder.Build();
        RewriteResult result = FrameRewriter.HideAddAddr(frame, ChecksumState.Complete);
        Assert.True(expected == result.Outcome, $"{what}: {result.Outcome}");
        PacketParser.Parse(result.Frame.Span, out ParsedPacket packet);
        Assert.True(packet.Types.HasFlag(PacketTypes.Mptcp));
        Assert.Equal(expected == RewriteOutcome.Done ? "0101010101010101" + "1e0c20031122334455667788" : OptionsOf(frame), OptionsOf(result.Frame.Span));
    }

    [Fact]
    public void A_refused_join_is_blanked_only_in_a_SYN()
    {
        PacketBuilder join = With(TcpOption.WindowScale(7), MptcpOptions.MpJoinSyn(1, 2), TcpOption.NoOperation);
        RewriteResult refused = FrameRewriter.RefuseJoin(join.WithFlags(TcpFlags.Syn).Build(), ChecksumState.Complete);
        Assert.Equal((RewriteOutcome.Done, "030307" + "01010101010101010101010101"), (refused.Outcome, OptionsOf(refused.Frame.Span)));
        Assert.Equal(ChecksumVerdict.Valid, FrameChecksums.Verify(refused.Frame.Span).Tcp);

        foreach (TcpFlags flags in new[] { TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack })
        {
            Assert.Equal(RewriteOutcome.NotApplicable, FrameRewriter.RefuseJoin(join.WithFlags(flags).Build(), ChecksumState.Complete).Outcome);
        }

        byte[] capable = With(MptcpOptions.MpCapable()).WithFlags(TcpFlags.Syn).Build();
        Assert.Equal(RewriteOutcome.NotApplicable, FrameRewriter.RefuseJoin(capable, ChecksumState.Complete).Outcome);
    }

    [Fact]
    public void A_refused_join_of_a_hostile_length_is_blanked_to_its_end()
    {
        byte[] hidden = [30, 36, 0x10, .. new byte[21], .. MptcpOptions.MpJoinSyn(1, 2).Bytes.Span];
        byte[] frame = With(TcpOption.Raw(hidden)).WithFlags(TcpFlags.Syn).Build();
        RewriteResult refused = FrameRewriter.RefuseJoin(frame, ChecksumState.Complete);
        PacketParser.Parse(refused.Frame.Span, out ParsedPacket packet);
        Assert.Equal(PacketTypes.Syn | PacketTypes.PlainTcp, packet.Types);
    }

    [Fact]
    public void A_replaced_window_changes_nothing_else()
    {
        PacketBuilder builder = With(WideAck).WithWindow(0xffff).WithPayload(1, 2, 3);
        RewriteResult result = FrameRewriter.ReplaceWindow(builder.Build(), 42, ChecksumState.Complete);
        Assert.Equal(RewriteOutcome.Done, result.Outcome);
        Assert.Equal(builder.WithWindow(42).Build(), result.Frame.ToArray());
    }

    [Fact]
    public void An_unknown_checksum_is_left_alone()
    {
        byte[] frame = With(WideAck).Build();
        foreach (RewriteResult result in All(frame, ChecksumState.Unknown))
        {
            Assert.Equal(RewriteOutcome.ChecksumUnknown, result.Outcome);
            Assert.Equal(frame, result.Frame.ToArray());
        }
    }

    internal static RewriteResult[] All(byte[] frame, ChecksumState state) =>
    [
        FrameRewriter.ReplaceWindow(frame, 0x1234, state),
        FrameRewriter.PlacePrio(frame, true, state),
        FrameRewriter.PlacePrio(frame, false, state),
        FrameRewriter.HideAddAddr(frame, state),
        FrameRewriter.RefuseJoin(frame, state),
    ];

    private static PacketBuilder With(params TcpOption[] options) => PacketBuilder.Create().WithOptions(options);

    private static string OptionsOf(ReadOnlySpan<byte> frame)
    {
        PacketParser.Parse(frame, out ParsedPacket packet);
        return packet.OptionsLength == 0 ? "" : Convert.ToHexStringLower(frame.Slice(packet.OptionsOffset, packet.OptionsLength));
    }
}
