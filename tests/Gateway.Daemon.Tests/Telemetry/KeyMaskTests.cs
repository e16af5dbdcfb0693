using Gateway.Daemon.Telemetry;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Daemon.Tests.Telemetry;

/// <summary>Headers that leave the daemon hold no key and the checksum they came with, right or wrong.</summary>
public sealed class KeyMaskTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0x81, 8).Select(i => (byte)i)], s_other = [.. Enumerable.Range(0xa1, 8).Select(i => (byte)i)];

    public static TheoryData<string, int, bool> Frames
    {
        get
        {
            var frames = new TheoryData<string, int, bool>();
            foreach (string addresses in (string[])["10.0.0.1 10.0.0.2", "2001:db8::1 2001:db8::2"])
            {
                // NOPs before the option: keys at even and odd offsets.
                for (int padding = 0; padding < 2; padding++)
                {
                    frames.Add(addresses, padding, true);
                    frames.Add(addresses, padding, false);
                }
            }

            return frames;
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Keys_become_zero_and_the_checksum_follows(string addresses, int padding, bool right)
    {
        string[] ends = addresses.Split(' ');
        TcpOption[] keyed =
        [
            TcpOption.Raw([30, 20, 0x01, 0x81, .. s_key, .. s_other]),
            TcpOption.Raw([30, 12, 0x00, 0x81, .. s_key]),
            TcpOption.Raw([30, 12, 0x70, 0x00, .. s_key]),
        ];
        foreach (TcpOption option in keyed)
        {
            byte[] frame = PacketBuilder.Create().Between(ends[0], ends[1]).Tcp(1000, 2000, TcpFlags.Ack)
                .WithOptions([.. Enumerable.Repeat(TcpOption.NoOperation, padding), option]).Build();
            if (!right)
            {
                // The window: no part of the options.
                _ = PacketParser.Parse(frame, out ParsedPacket built);
                frame[built.TransportOffset + 14] ^= 0x55;
            }

            ChecksumVerdict before = FrameChecksums.Verify(frame).Tcp;
            byte[] shown = [.. frame];
            KeyMask.Apply(shown, frame.Length);

            Assert.Equal(right ? ChecksumVerdict.Valid : ChecksumVerdict.Invalid, before);
            Assert.Equal(before, FrameChecksums.Verify(shown).Tcp);
            Assert.True(shown.AsSpan().IndexOf(s_key) < 0 && shown.AsSpan().IndexOf(s_other) < 0, Convert.ToHexString(shown));
            _ = PacketParser.Parse(frame, out ParsedPacket packet);
            Assert.Equal(option.Length - 4, shown.Zip(frame).Skip(packet.OptionsOffset).Count(b => b.First != b.Second && b.First == 0));
        }
    }

    [Fact]
    public void What_has_no_key_stays_as_it_is()
    {
        byte[] frame = PacketBuilder.Create().Between("10.0.0.1", "10.0.0.2").Tcp(1000, 2000, TcpFlags.Ack)
            .WithOptions(TcpOption.Timestamps(1, 2), MptcpOptions.Dss(1, mapping: (1, 2, 3))).WithPayload(1, 2, 3).Build();
        byte[] shown = frame[..^3];
        KeyMask.Apply(shown, frame.Length);
        Assert.Equal(frame[..^3], shown);
    }

    [Fact]
    public void What_cannot_be_read_is_not_shown()
    {
        byte[] shown = [.. s_key, .. s_key, .. s_key];
        KeyMask.Apply(shown, 1500);
        Assert.All(shown, octet => Assert.Equal(0, octet));
    }
}
