using System.Net;
using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Policy;

namespace Gateway.Daemon.Tests.Connections;

/// <summary>What the daemon offers to an add_subflow, byte for byte.</summary>
public sealed class AddressAnnouncerTests
{
    private static readonly MptcpKey s_client = new(0x0102030405060708);
    private static readonly MptcpKey s_server = new(0x1112131415161718);
    private static readonly IPAddress s_address = IPAddress.Parse("10.0.9.2");
    private static readonly IPAddress s_address6 = IPAddress.Parse("2001:db8::2");

    [Theory]
    [InlineData(false, Direction.Reply)]
    [InlineData(true, Direction.Original)]
    public void The_announcers_key_comes_first(bool toServer, Direction direction)
    {
        ConnectionKeys keys = Seen(MptcpVersion.V1);
        AddressOffer? offer = AddressAnnouncer.Offer(Actor(toServer), Wish(MptcpVersion.V1), keys);

        Assert.NotNull(offer);
        Assert.Equal((direction, 7u, 3, 2), (offer.Direction, offer.Generation, offer.Chain, offer.Step));
        (MptcpKey first, MptcpKey second) = toServer ? (s_client, s_server) : (s_server, s_client);
        Assert.Equal(
            MptcpOptions.AddAddr(200, s_address, AddAddrHmac.Compute(first, second, 200, s_address)).Bytes.ToArray(), offer.Options[0].ToArray());
        Assert.Equal(
            MptcpOptions.AddAddr(7, s_address6, AddAddrHmac.Compute(first, second, 7, s_address6, 5001), 5001).Bytes.ToArray(),
            offer.Options[1].ToArray());
    }

    [Fact]
    public void Version_0_has_no_HMAC()
    {
        AddressOffer? offer = AddressAnnouncer.Offer(Actor(toServer: false), Wish(MptcpVersion.V0), Seen(MptcpVersion.V0));

        Assert.Equal([30, 8, 0x34, 200, 10, 0, 9, 2], offer!.Options[0].ToArray());
    }

    [Fact]
    public void Without_keys_there_is_no_offer() =>
        Assert.Null(AddressAnnouncer.Offer(Actor(toServer: false), Wish(MptcpVersion.V1), new ConnectionKeys()));

    [Fact]
    public void The_oldest_keys_go_first()
    {
        var keys = new ConnectionKeys(capacity: 1);
        keys.Observe(Capable(MptcpVersion.V1, s_client));
        keys.Observe(Capable(MptcpVersion.V1, s_client));
        Assert.NotNull(AddressAnnouncer.Offer(Actor(toServer: false), Wish(MptcpVersion.V1), keys));
        keys.Observe(Capable(MptcpVersion.V1, new MptcpKey(99)));
        Assert.Null(AddressAnnouncer.Offer(Actor(toServer: false), Wish(MptcpVersion.V1), keys));
    }

    [Fact]
    public void No_key_shows()
    {
        ConnectionKeys keys = Seen(MptcpVersion.V1);
        Assert.DoesNotContain($"{s_client.ToUInt64()}", $"{keys}", StringComparison.Ordinal);
        Assert.DoesNotContain("0102030405060708", $"{keys}{AddressAnnouncer.Offer(Actor(false), Wish(MptcpVersion.V1), keys)}", StringComparison.OrdinalIgnoreCase);
    }

    private static AddSubflowActor Actor(bool toServer) => new(
        false, [new AnnouncedAddress(IpPrefix.Parse("10.0.9.2"), null, 200), new AnnouncedAddress(IpPrefix.Parse("2001:db8::2"), 5001, 7)], toServer);

    private static AddressAnnouncer.Wish Wish(MptcpVersion version) => new(
        ((ulong)KeyDerivation.Token(s_client, version) << 32) | KeyDerivation.Token(s_server, version), 7, 3, 2);

    private static ConnectionKeys Seen(MptcpVersion version)
    {
        var keys = new ConnectionKeys();
        keys.Observe(Capable(version, s_client));
        return keys;
    }

    private static PathEvent Capable(MptcpVersion version, MptcpKey client) => TestEvents.Empty with
    {
        Type = EventType.MpCapable,
        TcpFlags = 0x10,
        Options = new TcpOptionBytes(MptcpOptions.MpCapable(client, s_server, version: version).Bytes.Span),
        OptionOffset = 0,
    };
}
