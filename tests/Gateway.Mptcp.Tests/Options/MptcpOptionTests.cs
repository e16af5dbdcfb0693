using System.Net;

using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Tests.Options;

public sealed class MptcpOptionTests
{
    private static readonly MptcpKey Sender = new(0x1111111122222222), Receiver = new(0x3333333344444444);
    private static readonly IPAddress Ipv4 = IPAddress.Parse("10.0.2.1"), Ipv6 = IPAddress.Parse("2001:db8::1");

    public static TheoryData<TcpOption, string> Layouts => new()
    {
        { TcpOption.MaximumSegmentSize(1460), "020405b4" },
        { TcpOption.WindowScale(7), "030307" },
        { TcpOption.SackPermitted, "0402" },
        { TcpOption.Timestamps(1, 2), "080a0000000100000002" },
        { TcpOption.Sack((1u, 2u), (3u, 4u)), "051200000001000000020000000300000004" },
        { MptcpOptions.MpCapable(), "1e040101" },
        { MptcpOptions.MpCapable(Sender), "1e0c01011111111122222222" },
        { MptcpOptions.MpCapable(Sender, MptcpVersion.V0, 0x81), "1e0c00811111111122222222" },
        { MptcpOptions.MpCapable(Sender, Receiver), "1e14010111111111222222223333333344444444" },
        { MptcpOptions.MpCapable(Sender, Receiver, 0x1234), "1e160101111111112222222233333333444444441234" },
        { MptcpOptions.MpCapable(Sender, Receiver, 0x1234, 0x5678), "1e1801011111111122222222333333334444444412345678" },
        { MptcpOptions.MpJoinSyn(0xaabbccdd, 0x01020304, 5, true), "1e0c1105aabbccdd01020304" },
        { MptcpOptions.MpJoinSynAck(0x0102030405060708, 9, 4), "1e101004010203040506070800000009" },
        { MptcpOptions.MpJoinAck(new byte[20]), "1e181000" + new string('0', 40) },
        { MptcpOptions.Dss(0x1122334455667788), "1e0c20031122334455667788" },
        { MptcpOptions.Dss(0x1122334455667788, dataAck4: true), "1e08200155667788" },
        { MptcpOptions.Dss(mapping: (0x1122334455667788, 9, 100), dataFin: true), "1e12201c1122334455667788000000090064" },
        { MptcpOptions.Dss(1, true, (2, 3, 4), true, 5), "1e14200500000001000000020000000300040005" },
        { MptcpOptions.Dss(1, false, (2, 3, 4), false, 5), "1e1c200f00000000000000010000000000000002" + "0000000300040005" },
        { MptcpOptions.AddAddr(7, Ipv4, 0x0102030405060708), "1e1030070a0002010102030405060708" },
        { MptcpOptions.AddAddr(7, Ipv4, 0x0102030405060708, 0x1389), "1e1230070a00020113890102030405060708" },
        { MptcpOptions.AddAddr(7, Ipv6, 1), "1e1c300720010db80000000000000000000000010000000000000001" },
        { MptcpOptions.AddAddr(7, Ipv6, 1, 2), "1e1e300720010db800000000000000000000000100020000000000000001" },
        { MptcpOptions.AddAddrEcho(7, Ipv4), "1e0831070a000201" },
        { MptcpOptions.AddAddrEcho(7, Ipv6, 2), "1e16310720010db80000000000000000000000010002" },
        { MptcpOptions.AddAddrV0(7, Ipv4), "1e0834070a000201" },
        { MptcpOptions.AddAddrV0(7, Ipv6), "1e14360720010db8000000000000000000000001" },
        { MptcpOptions.RemoveAddr(1, 2), "1e05400102" },
        { MptcpOptions.MpPrio(true), "1e0351" },
        { MptcpOptions.MpPrio(false), "1e0350" },
        { MptcpOptions.MpPrioV0(true, 9), "1e045109" },
        { MptcpOptions.MpFail(1), "1e0c60000000000000000001" },
        { MptcpOptions.MpFastclose(Receiver), "1e0c70003333333344444444" },
        { MptcpOptions.MpTcprst(1, 3), "1e048103" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_option_has_its_layout(TcpOption option, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(option.Bytes.Span));

    [Theory]
    [InlineData(null, false, false, false, null)]
    [InlineData(0x1122334455667788ul, false, false, false, null)]
    [InlineData(0x55667788ul, true, true, false, null)]
    [InlineData(0x55667788ul, true, true, true, (ushort)7)]
    [InlineData(null, false, true, false, (ushort)7)]
    public void A_DSS_reads_back_what_was_written(ulong? ack, bool ack4, bool mapped, bool sequence4, ushort? checksum)
    {
        (ulong, uint, ushort)? mapping = mapped ? (sequence4 ? 0xcafebabe : 0xcafebabe00000001, 77, 1400) : null;
        Assert.True(DssOption.TryRead(MptcpOptions.Dss(ack, ack4, mapping, sequence4, checksum).Bytes.Span, out DssOption dss));
        Assert.Equal(ack, dss.DataAck);
        Assert.Equal(mapping?.Item1, dss.DataSequence);
        Assert.Equal((mapping?.Item2 ?? 0, mapping?.Item3 ?? 0, checksum), (dss.SubflowSequence, dss.DataLength, dss.Checksum));
    }

    [Theory]
    [InlineData("1e0d2003112233445566778800")]
    [InlineData("1e0e20031122334455667788aabb")]
    [InlineData("1e0c30031122334455667788")]
    [InlineData("1e0b20031122334455667788")]
    [InlineData("1e0320")]
    [InlineData("")]
    public void A_DSS_of_another_length_than_its_flags_say_is_not_read(string hex) =>
        Assert.False(DssOption.TryRead(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData(MptcpVersion.V1, false, null, 5ul)]
    [InlineData(MptcpVersion.V1, false, (ushort)5001, 5ul)]
    [InlineData(MptcpVersion.V1, true, null, null)]
    [InlineData(MptcpVersion.V1, true, (ushort)5001, null)]
    [InlineData(MptcpVersion.V0, false, null, null)]
    [InlineData(MptcpVersion.V0, false, (ushort)5001, null)]
    public void An_announcement_reads_back_what_was_written(MptcpVersion version, bool echo, ushort? port, ulong? hmac)
    {
        foreach (IPAddress address in new[] { Ipv4, Ipv6 })
        {
            TcpOption option = echo ? MptcpOptions.AddAddrEcho(3, address, port)
                : version == MptcpVersion.V0 ? MptcpOptions.AddAddrV0(3, address, port)
                : MptcpOptions.AddAddr(3, address, hmac!.Value, port);
            Assert.True(AddAddrOption.TryRead(option.Bytes.Span, out AddAddrOption? read));
            Assert.Equal(new AddAddrOption(version, echo, 3, address, port ?? 0, hmac), read);
        }
    }

    [Theory]
    [InlineData("1e0330")]
    [InlineData("1e0930070a00020100")]
    [InlineData("1e0830070a000201")]
    [InlineData("1e0836070a000201")]
    [InlineData("1e1031070a0002010102030405060708")]
    public void An_announcement_neither_version_sends_is_not_read(string hex) =>
        Assert.False(AddAddrOption.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void MP_CAPABLE_reads_back_its_keys_at_every_length()
    {
        (TcpOption Option, MptcpKey? First, MptcpKey? Second)[] forms =
        [
            (MptcpOptions.MpCapable(), null, null),
            (MptcpOptions.MpCapable(Sender), Sender, null),
            (MptcpOptions.MpCapable(Sender, Receiver), Sender, Receiver),
            (MptcpOptions.MpCapable(Sender, Receiver, 1), Sender, Receiver),
            (MptcpOptions.MpCapable(Sender, Receiver, 1, 2), Sender, Receiver),
        ];
        foreach ((TcpOption option, MptcpKey? first, MptcpKey? second) in forms)
        {
            Assert.True(MpCapableOption.TryRead(option.Bytes.Span, out MpCapableOption capable));
            Assert.Equal((first, second), (capable.SenderKey, capable.ReceiverKey));
        }

        Assert.False(MpCapableOption.TryRead([30, 4, 0x02, 1], out _));
        Assert.False(MpCapableOption.TryRead([30, 5, 0x01, 1, 0], out _));
    }

    [Fact]
    public void Options_that_cannot_be_written_say_why()
    {
        Assert.Throws<ArgumentException>(() => MptcpOptions.Dss(1, checksum: 1));
        Assert.Throws<ArgumentException>(() => MptcpOptions.MpCapable(Sender, Receiver, checksum: 1));
        Assert.Throws<ArgumentException>(() => MptcpOptions.MpJoinAck(new byte[19]));
    }
}
