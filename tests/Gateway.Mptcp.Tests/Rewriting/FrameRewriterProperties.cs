using System.Buffers.Binary;

using FsCheck;
using FsCheck.Fluent;

using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.Mptcp.Tests.Rewriting;

public sealed class FrameRewriterProperties
{
    private static Gen<PacketBuilder> Readable =>
        FrameGenerators.Builder.Where(builder => PacketParser.Parse(builder.Build(), out _) == ParseOutcome.None);

    [Fact]
    public void Every_edit_keeps_the_checksum_right_and_the_payload_as_it_was()
    {
        int done = 0;
        HashSet<PrioPlacement> placements = [];
        PropertyCheck.ForAll(Readable, builder =>
        {
            byte[] frame = builder.Build();
            foreach (RewriteResult result in FrameRewriterTests.All(frame, ChecksumState.Complete))
            {
                AssertSound(frame, result);
                Assert.Equal(FrameChecksums.Verify(frame), FrameChecksums.Verify(result.Frame.Span));
                done += result.Outcome == RewriteOutcome.Done ? 1 : 0;
                placements.UnionWith(result.Placement is PrioPlacement placement ? [placement] : []);
            }
        }, 4000);

        Assert.True(done > 4000);
        Assert.Equal(3, placements.Count);
    }

    [Fact]
    public void A_partial_checksum_stays_one_that_a_NIC_completes_rightly() => PropertyCheck.ForAll(Readable, builder =>
    {
        byte[] frame = builder.WithPartialChecksum().Build();
        foreach (RewriteResult result in FrameRewriterTests.All(frame, ChecksumState.Partial))
        {
            AssertSound(frame, result);
            byte[] completed = result.Frame.ToArray();
            Complete(completed);
            Assert.Equal(ChecksumVerdict.Valid, FrameChecksums.Verify(completed).Tcp);
            Assert.NotEqual(ChecksumVerdict.Invalid, FrameChecksums.Verify(completed).Ipv4Header);
        }
    });

    [Fact]
    public void A_wrong_checksum_is_never_made_right() => PropertyCheck.ForAll(
        from builder in Readable from noise in Gen.Choose(1, 0xfffe) select (builder.Build(), (ushort)noise),
        pair =>
        {
            (byte[] frame, ushort noise) = pair;
            PacketParser.Parse(frame, out ParsedPacket packet);
            Span<byte> field = frame.AsSpan(packet.TransportOffset + 16, 2);
            uint sum = (uint)BinaryPrimitives.ReadUInt16BigEndian(field) + noise;
            BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Fold(sum));
            foreach (RewriteResult result in FrameRewriterTests.All(frame, ChecksumState.Complete))
            {
                Assert.NotEqual(ChecksumVerdict.Valid, FrameChecksums.Verify(result.Frame.Span).Tcp);
            }
        });

    [Fact]
    public void Damaged_frames_are_edited_soundly_or_left_alone() => PropertyCheck.ForAll(FrameGenerators.Damaged, frame =>
    {
        foreach (RewriteResult result in FrameRewriterTests.All(frame, ChecksumState.Complete))
        {
            AssertSound(frame, result);
        }
    }, 5000);

    private static void AssertSound(byte[] before, RewriteResult result)
    {
        if (result.Outcome != RewriteOutcome.Done)
        {
            Assert.Equal(before, result.Frame.ToArray());
            return;
        }

        ReadOnlySpan<byte> after = result.Frame.Span;
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(before, out ParsedPacket old));
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(after, out ParsedPacket packet));
        Assert.Equal(
            (old.TransportOffset, old.Source, old.Destination, old.SourcePort, old.DestinationPort, old.SequenceNumber, old.AcknowledgmentNumber, old.Flags),
            (packet.TransportOffset, packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort, packet.SequenceNumber, packet.AcknowledgmentNumber, packet.Flags));
        Assert.Equal(before[old.PayloadOffset..], after[packet.PayloadOffset..].ToArray());
        Assert.Equal(result.Placement == PrioPlacement.Append ? 4 : 0, after.Length - before.Length);
        if (result.Placement is not null)
        {
            Assert.Equal(PacketTypes.MpPrio, packet.Types & ~old.Types);
            Assert.Equal(PacketTypes.None, old.Types & ~packet.Types);
        }
    }

    private static void Complete(Span<byte> frame)
    {
        PacketParser.Parse(frame, out ParsedPacket packet);
        Span<byte> segment = frame[packet.TransportOffset..packet.End];
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], InternetChecksum.Finish(InternetChecksum.Sum(segment)));
    }
}
