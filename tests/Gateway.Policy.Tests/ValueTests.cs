namespace Gateway.Policy.Tests;

public class ValueTests
{
    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("255.255.255.255")]
    [InlineData("2001:db8::/32")]
    [InlineData("::/0")]
    [InlineData("::1")]
    [InlineData("2001:db8:1111:2222:3333:4444:5555:6660/124")]
    public void A_prefix_is_read_and_written(string text)
    {
        var prefix = IpPrefix.Parse(text);
        Assert.Equal(text, prefix.ToString());
        char[] room = new char[text.Length];
        Assert.True(prefix.TryFormat(room, out int length, default, null));
        Assert.Equal(text, new string(room, 0, length));
        for (int less = 0; less < text.Length; less++)
        {
            Assert.False(prefix.TryFormat(room.AsSpan(0, less), out length, default, null));
            Assert.Equal(0, length);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.0.0")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.256")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.1/24")]
    [InlineData("[::1]:80")]
    [InlineData("fe80::1%1")]
    [InlineData("2001:db8::1/64")]
    [InlineData("::/129")]
    public void What_is_no_prefix_is_refused_with_a_hint(string text)
    {
        Assert.False(IpPrefix.TryParse(text, out _, out PrefixError? error));
        Assert.NotEmpty(error.Hint);
        Assert.Throws<FormatException>(() => IpPrefix.Parse(text));
    }

    [Fact]
    public void A_prefix_contains_its_addresses_and_longer_prefixes()
    {
        var prefix = IpPrefix.Parse("10.0.0.0/8");
        Assert.True(prefix.Contains(IpFamily.IPv4, 0x0affffff));
        Assert.False(prefix.Contains(IpFamily.IPv4, 0x0b000000));
        Assert.False(prefix.Contains(IpFamily.IPv6, 0x0affffff));
        Assert.True(prefix.Contains(IpPrefix.Parse("10.1.0.0/16")));
        Assert.False(prefix.Contains(IpPrefix.AllIPv4));
        Assert.True(IpPrefix.AllIPv6.Contains(IpFamily.IPv6, UInt128.MaxValue));
    }

    [Theory]
    [InlineData("64000bit/s", 64_000, "64Kbit/s")]
    [InlineData("2.5Gbit/s", 2_500_000_000, "2500Mbit/s")]
    [InlineData("20 Mbit/s", 20_000_000, "20Mbit/s")]
    [InlineData("1bit/s", 1, "1bit/s")]
    public void A_rate_is_read_and_written(string text, ulong bits, string canonical)
    {
        Assert.True(Rate.TryParse(text, out Rate rate));
        Assert.Equal((bits, canonical), (rate.BitsPerSecond, rate.ToString()));
    }

    [Theory]
    [InlineData("20")]
    [InlineData("Mbit/s")]
    [InlineData("-1Mbit/s")]
    [InlineData("0.5bit/s")]
    [InlineData("20MBit/s")]
    [InlineData("99999999999Gbit/s")]
    [InlineData("1e3bit/s")]
    public void What_is_no_rate_is_refused(string text) => Assert.False(Rate.TryParse(text, out _));

    [Theory]
    [InlineData("02:00:5E:10:00:01", true)]
    [InlineData("02:00:5e:10:00", false)]
    [InlineData("02-00-5e-10-00-01", false)]
    [InlineData("02:00:5e:10:00:0g", false)]
    public void A_MAC_address_is_six_octets(string text, bool good)
    {
        Assert.Equal(good, MacAddress.TryParse(text, out MacAddress address));
        Assert.True(!good || address.ToString() == "02:00:5e:10:00:01");
    }

    [Fact]
    public void Port_indexes_are_unique_and_below_64()
    {
        Assert.Throws<ArgumentException>(() => new PolicyEnvironment(new Dictionary<string, int> { ["a"] = 64 }));
        Assert.Throws<ArgumentException>(() => new PolicyEnvironment(new Dictionary<string, int> { ["a"] = 1, ["b"] = 1 }));
    }
}
