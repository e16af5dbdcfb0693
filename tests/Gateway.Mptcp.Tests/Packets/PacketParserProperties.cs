using FsCheck.Fluent;

using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Tests.Packets;

public sealed class PacketParserProperties
{
    [Fact]
    public void Random_bytes_never_throw() =>
        PropertyCheck.ForAll(FrameGenerators.Bytes(200), frame => PacketParser.Parse(frame, out _));

    [Fact]
    public void Whatever_is_accepted_lies_within_the_packet() => PropertyCheck.ForAll(FrameGenerators.Damaged, frame =>
    {
        if (PacketParser.Parse(frame, out ParsedPacket packet) != ParseOutcome.None)
        {
            return;
        }

        Assert.InRange(packet.End, packet.PayloadOffset, frame.Length);
        Assert.Equal(packet.End - packet.PayloadOffset, packet.PayloadLength);
        Assert.InRange(packet.OptionsUsed, 0, packet.OptionsLength);
        for (int subtype = 0; subtype < 16; subtype++)
        {
            if (packet.SubtypeOffset((MptcpSubtype)subtype) is int offset)
            {
                ReadOnlySpan<byte> option = packet.Option(frame, (MptcpSubtype)subtype);
                Assert.Equal(((byte)TcpOptionKind.Mptcp, subtype), (option[0], option[2] >> 4));
                Assert.InRange(offset + option.Length, 3, packet.OptionsUsed);
            }
        }
    }, 5000);

    [Fact]
    public void Payload_and_link_padding_are_never_read() => PropertyCheck.ForAll(FrameGenerators.Damaged, frame =>
    {
        if (PacketParser.Parse(frame, out ParsedPacket packet) != ParseOutcome.None)
        {
            return;
        }

        byte[] other = [.. frame];
        foreach (ref byte value in other.AsSpan(packet.PayloadOffset))
        {
            value ^= 0xff;
        }

        Assert.Equal(ParseOutcome.None, PacketParser.Parse(other, out ParsedPacket again));
        Assert.Equal(Fields(packet), Fields(again));
    });

    [Fact]
    public void A_shorter_first_buffer_reads_the_same_or_is_refused() => PropertyCheck.ForAll(
        from frame in FrameGenerators.Damaged
        from linear in Gen.Choose(0, frame.Length)
        select (frame, linear),
        pair =>
        {
            ParseOutcome whole = PacketParser.Parse(pair.frame, out ParsedPacket packet);
            ParseOutcome part = PacketParser.Parse(pair.frame.AsSpan(0, pair.linear), pair.frame.Length, out ParsedPacket again);
            if (part == ParseOutcome.None)
            {
                Assert.Equal(ParseOutcome.None, whole);
                Assert.Equal(Fields(packet), Fields(again));
            }
            else if (whole == ParseOutcome.None)
            {
                Assert.True(part == ParseOutcome.Nonlinear || pair.linear < 14);
            }
        });

    [Fact]
    public void What_is_built_is_accepted_unless_options_repeat() => PropertyCheck.ForAll(FrameGenerators.Builder, builder =>
        Assert.Contains(PacketParser.Parse(builder.Build(), out _), (ParseOutcome[])[ParseOutcome.None, ParseOutcome.DuplicateOption]));

    private static object?[] Fields(ParsedPacket packet) =>
    [
        packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort, packet.Vlan, packet.Family,
        packet.NetworkOffset, packet.TransportOffset, packet.End, packet.Length, packet.PayloadLength,
        packet.OptionsLength, packet.OptionsUsed, packet.Flags, packet.SequenceNumber, packet.AcknowledgmentNumber,
        packet.Window, packet.TimestampValue, packet.TimestampEcho, packet.TimestampOffset, packet.WindowScale,
        packet.MaximumSegmentSize, packet.IsAddAddrV0, packet.Types,
        .. Enumerable.Range(0, 16).Select(subtype => (object?)packet.SubtypeOffset((MptcpSubtype)subtype)),
    ];
}
