using System.Net;
using System.Text;

using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Tests.Crypto;

/// <summary>Digests were computed with another implementation; the join vectors are those of the Linux MPTCP stack's own test.</summary>
public sealed class DerivationTests
{
    private static readonly MptcpKey First = new(0x0102030405060708);
    private static readonly MptcpKey Second = new(0x090a0b0c0d0e0f10);

    [Theory]
    [InlineData(MptcpVersion.V1, 0x66840ddau, 0xf5a101d3d29d6f72ul)]
    [InlineData(MptcpVersion.V0, 0xdd5783bcu, 0x3a95ed6e4ebb4ad5ul)]
    public void A_token_is_the_digest_s_beginning_and_the_initial_sequence_number_its_end(MptcpVersion version, uint token, ulong sequence)
    {
        Assert.Equal(token, KeyDerivation.Token(First, version));
        Assert.Equal(sequence, KeyDerivation.InitialDataSequenceNumber(First, version));
    }

    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b", "48692054", "8385e24fb4235ac37556b6b886db106284a1da671699f46db1f235ec622dcafa")]
    [InlineData("aaaaaaaaaaaaaaaa", "dddddddd", "2c5e219164ff1dca1c4a92318d847bb6b9d44492984e1eb71aff9022f71046e9")]
    [InlineData("0102030405060708", "cdcdcdcd", "e73b9ba9969969cefb04aa0d6df18ec2fcc075b6f23b4d8c4da736a5dbbc6e7d")]
    public void A_join_s_HMAC_is_that_of_the_Linux_stack(string keys, string nonces, string expected)
    {
        byte[] key = Encoding.ASCII.GetBytes(keys), nonce = Encoding.ASCII.GetBytes(nonces);
        MptcpKey sender = new(key.AsSpan(0, 8)), receiver = new(key.AsSpan(8));
        uint senderNonce = BitConverter.ToUInt32([.. nonce[..4].Reverse()]), receiverNonce = BitConverter.ToUInt32([.. nonce[4..].Reverse()]);

        Assert.Equal(expected[..40], Convert.ToHexStringLower(JoinHmac.ForAck(sender, receiver, senderNonce, receiverNonce)));
        Assert.Equal(expected[..16], JoinHmac.ForSynAck(sender, receiver, senderNonce, receiverNonce).ToString("x16"));
    }

    [Fact]
    public void A_v0_join_uses_SHA_1() => Assert.Equal(
        "a08ddd08862a5ff464a6d2a4750decac853b159b",
        Convert.ToHexStringLower(JoinHmac.ForAck(First, Second, 0x11223344, 0xaabbccdd, MptcpVersion.V0)));

    [Theory]
    [InlineData("10.0.2.1", 0, 0x4ebb97f8eca57272ul)]
    [InlineData("2001:db8::1", 5001, 0x0f80d7b8deafaf6ful)]
    public void An_announcement_s_HMAC_is_the_digest_s_end(string address, int port, ulong expected) =>
        Assert.Equal(expected, AddAddrHmac.Compute(First, Second, 5, IPAddress.Parse(address), (ushort)port));

    [Fact]
    public void A_key_is_never_printed()
    {
        MpCapableOption capable = new(MptcpVersion.V1, 1, First, Second, null, null);
        string[] printed =
        [
            First.ToString(), $"{First}", capable.ToString(),
            MptcpOptions.MpCapable(First, Second).ToString(), MptcpOptions.MpFastclose(First).ToString(),
        ];
        foreach (string text in printed)
        {
            Assert.DoesNotContain("102030405060708", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("72623859790382856", text, StringComparison.Ordinal);
            Assert.DoesNotContain("01-02", text, StringComparison.Ordinal);
        }

        Assert.Contains("hidden", capable.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_compare_by_value_and_come_only_in_eight_bytes()
    {
        byte[] wire = new byte[8];
        First.CopyTo(wire);
        Assert.True(new MptcpKey(wire) == First);
        Assert.True(First != Second);
        Assert.Equal(First.GetHashCode(), new MptcpKey(wire).GetHashCode());
        Assert.Throws<ArgumentException>(() => new MptcpKey(new byte[7]));
    }
}
