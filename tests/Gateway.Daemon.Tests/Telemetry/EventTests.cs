using System.Net;
using Gateway.Daemon.Hosting;
using Gateway.Daemon.Telemetry;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Event = Gateway.V1.Event;
using Kind = Gateway.V1.Event.Types.Kind;

namespace Gateway.Daemon.Tests.Telemetry;

public sealed class EventTests
{
    private static readonly AppliedPolicy s_policy = new(
        new PolicyText("p", "", 1), 7, DateTimeOffset.UnixEpoch, new CompiledSize(1, 1, 0, 0), [new AppliedChain("keep", ["record", "set_backup"], [])]);

    [Fact]
    public async Task A_slow_reader_loses_the_oldest_and_is_told_how_many()
    {
        using var subscription = new EventSubscription(_ => { }, capacity: 3);
        for (ulong i = 1; i <= 8; i++)
        {
            subscription.Offer(new Event { UnixNanos = (long)i });
        }

        Event lost = await subscription.TakeAsync(CancellationToken.None);
        Assert.Equal((Kind.Lost, 5ul), (lost.Kind, lost.Lost));
        Assert.Equal(6, (await subscription.TakeAsync(CancellationToken.None)).UnixNanos);
        Assert.Equal(7, (await subscription.TakeAsync(CancellationToken.None)).UnixNanos);
    }

    [Fact]
    public void An_actor_is_named_by_the_policy_of_its_generation()
    {
        Event message = EventMessages.Of(Seen(EventType.Actor, default, -1), _ => s_policy);
        Assert.Equal(("keep", "set_backup"), (message.Chain, message.Actor));

        Assert.Equal("", EventMessages.Of(Seen(EventType.Actor, default, -1), _ => null).Chain);
    }

    [Fact]
    public void A_join_shows_its_token_and_address_id()
    {
        Event message = EventMessages.Of(Seen(EventType.MpJoin, MptcpOptions.MpJoinSyn(0xfeed, 1, 4, true).Bytes.Span, 0), _ => null);

        Assert.Equal((Kind.MpJoin, 0xfeedu, 4u, true), (message.Kind, message.Token, message.AddressId, message.Backup));
        Assert.Equal("10.0.0.1:4000 asks 10.0.0.2:80 to join connection 0000feed with address id 4.", message.Text);
    }

    [Fact]
    public void An_echo_has_its_own_kind()
    {
        Event message = EventMessages.Of(Seen(EventType.AddAddr, MptcpOptions.AddAddrEcho(4, IPAddress.IPv6Loopback).Bytes.Span, 0), _ => null);

        Assert.Equal((Kind.AddAddrEcho, "::1", 4u), (message.Kind, message.Address, message.AddressId));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(0)]
    [InlineData(39)]
    public void No_offset_and_no_key_gets_through(int offset)
    {
        var key = new MptcpKey(0x0102030405060708);
        byte[] options = new byte[40];
        MptcpOptions.MpCapable(key, key).Bytes.Span.CopyTo(options.AsSpan(Math.Min(offset, 20)));
        options[39] = 30;

        string text = EventMessages.Of(Seen(EventType.MpCapable, options, offset), _ => null).ToString();

        Assert.DoesNotContain("0102030405060708", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{key.ToUInt64()}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_names_flags_options_and_results_and_tells_no_key()
    {
        var key = new MptcpKey(0x0102030405060708);
        byte[] options = [1, 1, .. TcpOption.Timestamps(1, 2).Bytes.Span, .. MptcpOptions.MpCapable(key, key).Bytes.Span];
        PathEvent seen = Seen(EventType.Trace, options, -1) with
        {
            TcpFlags = 0x18,
            Sequence = 77,
            Results = new ActorResults([(byte)Reason.Done, (byte)Reason.NoRoom]),
        };

        Event message = EventMessages.Of(seen, _ => s_policy);

        Assert.Equal((Kind.Trace, 77u, "keep"), (message.Kind, message.Sequence, message.Chain));
        Assert.Equal(["PSH", "ACK"], message.TcpFlags);
        Assert.Equal(["timestamps", "mp_capable"], message.TcpOptions);
        Assert.Equal([("record", V1.Reason.Done), ("set_backup", V1.Reason.NoRoom)], message.Results.Select(r => (r.Actor, r.Reason)));
        Assert.DoesNotContain($"{key.ToUInt64()}", message.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0102030405060708", message.ToString(), StringComparison.Ordinal);

        // A policy that is gone, or options cut short, leave gaps and nothing else.
        Assert.Empty(EventMessages.Of(seen, _ => null).Results);
        Assert.Equal(["kind_30"], EventMessages.Of(seen with { Options = new TcpOptionBytes([30, 2, 30, 9]) }, _ => null).TcpOptions);
    }

    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", "")]
    [InlineData("CapEff:\t0000000000000000", "CAP_NET_ADMIN,CAP_BPF,CAP_PERFMON")]
    [InlineData("CapEff:\t0000000000201000", "")]
    [InlineData("CapEff:\t0000008000001000", "CAP_PERFMON")]
    [InlineData("", "CAP_NET_ADMIN,CAP_BPF,CAP_PERFMON")]
    public void Missing_capabilities_are_named(string status, string missing) =>
        Assert.Equal(missing, string.Join(',', Privileges.Missing($"Name:\tx\n{status}\nCapBnd:\t0")));

    private static PathEvent Seen(EventType type, ReadOnlySpan<byte> options, int offset) => TestEvents.Empty with
    {
        Type = type,
        TcpFlags = 0x02,
        Chain = 0,
        Step = 1,
        Generation = 7,
        Options = new TcpOptionBytes(options),
        OptionOffset = offset,
    };
}
