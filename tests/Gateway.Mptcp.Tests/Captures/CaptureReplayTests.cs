using Gateway.Mptcp.Captures;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Tests.Captures;

/// <summary>Real MPTCP traffic (tests/Data/pcaps) through the parser.</summary>
public sealed class CaptureReplayTests
{
    public static TheoryData<string, string> Counts => new()
    {
        { "v4_basic_addaddr_join_prio_rmaddr", "0:3 1:3 2:756 3:2 4:1 5:2" },
        { "v6_basic_addaddr_join_prio_rmaddr", "0:3 1:3 2:756 3:2 4:1 5:2" },
        { "v4_checksum", "0:3 1:3 2:513 3:2" },
        { "v4_addaddr_port", "0:4 1:3 2:263 3:2" },
        { "v4_fastclose", "0:4 1:3 2:34 3:2 7:2 8:2" },
        { "v4_no_timestamps", "0:3 1:3 2:511 3:2" },
        { "v4_vlan_tagged_synthetic", "0:3 1:3 2:570 3:2 4:1 5:2" },
    };

    public static TheoryData<string> Files => [.. Counts.Select(row => (string)row[0])];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_subtype_is_found_as_often_as_another_dissector_finds_it(string file, string expected)
    {
        int[] counts = new int[16];
        foreach ((CapturedFrame frame, ParsedPacket packet) in Replay(file))
        {
            for (int subtype = 0; subtype < counts.Length; subtype++)
            {
                counts[subtype] += packet.SubtypeOffset((MptcpSubtype)subtype) is null ? 0 : 1;
            }

            Assert.Equal(file.Contains("vlan", StringComparison.Ordinal), packet.NetworkOffset == 18);
            Assert.Equal(1, frame.LinkType);
        }

        Assert.Equal(expected, string.Join(' ', counts.Index().Where(count => count.Item > 0).Select(count => $"{count.Index}:{count.Item}")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Handshakes_and_announcements_prove_the_keys_seen_in_MP_CAPABLE(string file)
    {
        MptcpKey? client = null, server = null;
        MpJoinSynOption? syn = null;
        MpJoinSynAckOption? synAck = null;
        int tokens = 0, synAcks = 0, acks = 0, announcements = 0;
        foreach ((CapturedFrame frame, ParsedPacket packet) in Replay(file))
        {
            ReadOnlySpan<byte> bytes = frame.Data.Span;
            if (MpCapableOption.TryRead(packet.Option(bytes, MptcpSubtype.MpCapable), out MpCapableOption capable))
            {
                Assert.Equal(MptcpVersion.V1, capable.Version);
                (client, server) = capable.ReceiverKey is null ? (client, capable.SenderKey) : (capable.SenderKey, capable.ReceiverKey);
            }

            ReadOnlySpan<byte> join = packet.Option(bytes, MptcpSubtype.MpJoin);
            if (MpJoinSynOption.TryRead(join, out MpJoinSynOption joinSyn))
            {
                syn = joinSyn;
                Assert.Equal(KeyDerivation.Token(server!.Value), joinSyn.ReceiverToken);
                tokens++;
            }
            else if (MpJoinSynAckOption.TryRead(join, out MpJoinSynAckOption joinSynAck))
            {
                synAck = joinSynAck;
                Assert.Equal(JoinHmac.ForSynAck(server!.Value, client!.Value, joinSynAck.Nonce, syn!.Value.Nonce), joinSynAck.Hmac);
                synAcks++;
            }
            else if (join.Length == 24)
            {
                Assert.Equal(JoinHmac.ForAck(client!.Value, server!.Value, syn!.Value.Nonce, synAck!.Value.Nonce), join[4..].ToArray());
                acks++;
            }

            if (AddAddrOption.TryRead(packet.Option(bytes, MptcpSubtype.AddAddr), out AddAddrOption? addAddr) && !addAddr.IsEcho)
            {
                Assert.Equal(AddAddrHmac.Compute(server!.Value, client!.Value, addAddr.AddressId, addAddr.Address, addAddr.Port), addAddr.Hmac);
                announcements++;
            }
        }

        Assert.Equal((1, 1, 1, 1), (tokens, synAcks, acks, announcements));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Data_sequence_numbers_count_from_those_the_keys_give(string file)
    {
        List<ulong> initial = [];
        int mappings = 0;
        foreach ((CapturedFrame frame, ParsedPacket packet) in Replay(file))
        {
            if (MpCapableOption.TryRead(packet.Option(frame.Data.Span, MptcpSubtype.MpCapable), out MpCapableOption capable)
                && capable is { SenderKey: MptcpKey sender, ReceiverKey: MptcpKey receiver })
            {
                initial = [KeyDerivation.InitialDataSequenceNumber(sender), KeyDerivation.InitialDataSequenceNumber(receiver)];
            }

            if (DssOption.TryRead(packet.Option(frame.Data.Span, MptcpSubtype.Dss), out DssOption dss)
                && dss.Flags.HasFlag(DssFlags.DataSequence8) && dss.DataSequence is ulong sequence)
            {
                // A transfer of less than 4 GiB; another digest would be anywhere in 64 bits.
                Assert.Contains(initial, first => unchecked(sequence - first) is > 0 and < 1ul << 32);
                mappings++;
            }
        }

        Assert.NotEqual(0, mappings);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_frame_captured_whole_has_a_right_or_a_partial_checksum(string file)
    {
        int checkedFrames = 0;
        foreach ((CapturedFrame frame, ParsedPacket packet) in Replay(file))
        {
            FrameChecksums sums = FrameChecksums.Verify(frame.Data.Span, frame.OriginalLength);
            Assert.NotEqual(ChecksumVerdict.Invalid, sums.Tcp);
            Assert.Equal(packet.Family == 4 ? ChecksumVerdict.Valid : ChecksumVerdict.Absent, sums.Ipv4Header);
            checkedFrames += sums.Tcp == ChecksumVerdict.Unverifiable ? 0 : 1;
        }

        Assert.NotEqual(0, checkedFrames);
    }

    private static IEnumerable<(CapturedFrame Frame, ParsedPacket Packet)> Replay(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "pcaps", file + ".pcapng");
        foreach (CapturedFrame frame in PcapngReader.Read(path))
        {
            ParseOutcome outcome = PacketParser.Parse(frame.Data.Span, frame.OriginalLength, out ParsedPacket packet);
            if (outcome is ParseOutcome.NotIp or ParseOutcome.NotTcp)
            {
                continue;
            }

            Assert.Equal(ParseOutcome.None, outcome);
            yield return (frame, packet);
        }
    }
}
