using FsCheck;
using FsCheck.Fluent;
using Gateway.Mptcp.Packets;

namespace Gateway.Policy.Tests;

/// <summary>Random policies and packets from few values, so that they meet often.</summary>
internal static class PolicyGenerators
{
    public static readonly PolicyEnvironment Environment = new(
        new Dictionary<string, int> { ["eth0"] = 0, ["eth1"] = 1, ["eth2"] = 2, ["wan.100"] = 63 },
        new Dictionary<string, PolicyOperator> { ["asks"] = new(3, IsSelector: true), ["acts"] = new(0, IsSelector: false) },
        // "c-9" is not known yet: it gets a number when a policy is compiled.
        new Dictionary<string, int> { ["b"] = 0, ["a"] = 2 });

    private static readonly string[] s_nics = ["eth0", "eth1", "eth2", "wan.100"];

    private static readonly IpPrefix[] s_prefixes =
    [
        .. new[]
        {
            "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/31", "10.0.1.0", "10.0.1.1", "10.0.1.2", "10.128.0.0/9",
            "255.255.255.255", "0.0.0.0", "::/0", "2001:db8::/32", "2001:db8::/64", "2001:db8::", "2001:db8::1", "2001:db8::2",
            "::ffff:10.0.1.1", "8000::/1",
        }.Select(IpPrefix.Parse),
    ];

    private static readonly PacketTypes[] s_types = Enumerable.Range(0, 23).Select(i => (PacketTypes)(1u << i)).ToArray();

    private static readonly ushort[] s_ports = [1, 79, 80, 81, 443, 5201, 65535];

    private static Gen<IpPrefix> Prefix => Gen.Elements(s_prefixes);

    private static Gen<IpPrefix> HostOf(IpFamily family) => Gen.Elements(s_prefixes.Where(p => p.IsHost && p.Family == family).ToArray());

    private static Gen<ushort> Port => Gen.Elements(s_ports);

    private static Gen<PortRange> Range =>
        from a in Port
        from b in Gen.OneOf(Gen.Constant(a), Port)
        select new PortRange(Math.Min(a, b), Math.Max(a, b));

    private static Gen<ValueList<string>> Nics => Some(Gen.Elements(s_nics), 3).Select(nics => ValueList.From(nics.Distinct()));

    private static Gen<PacketTypes> Types => Some(Gen.Elements(s_types[..8]), 3).Select(types => types.Aggregate((a, b) => a | b));

    public static Gen<Selector> Selector(int depth) =>
        depth == 0
            ? Leaf
            : Gen.Frequency(
                (3, Leaf),
                (2, Some(Selector(depth - 1), 3).Select(s => (Selector)new AllSelector(s))),
                (2, Some(Selector(depth - 1), 3).Select(s => (Selector)new AnySelector(s))),
                (1, Selector(depth - 1).Select(s => (Selector)new NotSelector(s))));

    private static Gen<Selector> Leaf => Gen.Frequency(
        (3, ExactSubflow),
        (2, from source in Maybe(Prefix)
            from sourcePort in Maybe(Port)
            from destination in Maybe(Prefix)
            from destinationPort in Port
            select (Selector)new SubflowSelector(source, sourcePort, destination, destinationPort)),
        (1, from a in Prefix from b in Prefix select (Selector)new IpPairSelector(a, b)),
        (2, Some(Prefix, 3).Select(p => (Selector)new SourceSelector(p))),
        (2, Some(Prefix, 3).Select(p => (Selector)new DestinationSelector(p))),
        (1, Some(Range, 3).Select(r => (Selector)new SourcePortSelector(r))),
        (1, Some(Range, 3).Select(r => (Selector)new DestinationPortSelector(r))),
        (1, Some(Range, 2).Select(r => (Selector)new PortSelector(r))),
        (3, Types.Select(t => (Selector)new PacketTypeSelector(t))),
        (1, Gen.Elements(FlowDirection.Original, FlowDirection.Reply).Select(d => (Selector)new DirectionSelector(d))),
        (1, Nics.Select(n => (Selector)new IngressPortSelector(n))),
        (1, Nics.Select(n => (Selector)new EgressPortSelector(n))),
        (4, Condition));

    private static Gen<ValueRange> Few =>
        from first in Gen.Choose(0, 4)
        from more in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 3), Gen.Constant(-1))
        select new ValueRange((ulong)first, more < 0 ? ulong.MaxValue : (ulong)(first + more));

    private static Gen<ValueList<ValueRange>> Ranges => Some(Few, 2);

    private static Gen<ValueList<ValueRange>> MaybeRanges =>
        Gen.Frequency((4, Gen.Constant<ValueList<ValueRange>>(null!)), (1, Ranges));

    private static Gen<Selector> Condition => Gen.OneOf(
        Ranges.Select(ids => (Selector)new VlanSelector(ids)),
        Ranges.Select(data => (Selector)new SequenceSelector(data, null)),
        from data in MaybeRanges from subflow in Ranges select (Selector)new SequenceSelector(data, subflow),
        from token in MaybeRanges
        from subflow in MaybeRanges
        from subflows in MaybeRanges
        from age in MaybeRanges
        from bytes in Ranges
        from backup in Gen.Elements<bool?>([null, true, false])
        from id in MaybeRanges
        from version in Gen.Elements<int?>([null, 0, 1])
        select (Selector)new ConnectionSelector
        {
            // Tokens are written one by one.
            Token = token is null ? null : ValueList.From(token.Select(t => new ValueRange(t.First))),
            Subflow = subflow,
            Subflows = subflows,
            Age = age,
            Bytes = bytes,
            Backup = backup,
            AddressId = id,
            Version = version,
        },
        Gen.Elements(1u, 2u, 3u, uint.MaxValue).Select(n => (Selector)new SampleSelector(n)),
        from first in Gen.Choose(0, 4)
        from last in Gen.Choose(first, 4)
        from connection in Gen.Elements(true, false)
        select (Selector)new BucketSelector([new ValueRange((ulong)first, (ulong)last)], 5, connection),
        Gen.Elements("a", "b", "c-9").Select(name => (Selector)new SubflowSetSelector(name)),
        Arguments(2).Select(arguments => (Selector)new CustomSelector("asks", arguments)));

    private static Gen<ValueList<ulong>> Arguments(int most) =>
        from count in Gen.Choose(0, most)
        from numbers in Gen.Elements(0ul, 1ul, 1200ul, ulong.MaxValue).ArrayOf(count)
        select ValueList.From(numbers);

    private static Gen<FlowFacts> Facts =>
        from numbers in Gen.Choose(-1, 5).ArrayOf(12)
        from hashes in Gen.Choose(0, 1000).ArrayOf(2)
        select new FlowFacts
        {
            Vlan = (ushort)Math.Max(numbers[0], 0),
            DataSequence = Known(numbers[1]),
            SubflowSequence = Known(numbers[2]),
            Tokens = numbers[3] < 0 ? null : ((uint)numbers[3], (uint)Math.Max(numbers[4], 0)),
            Subflow = numbers[5] < 0 ? null : numbers[5],
            Subflows = (uint?)Known(numbers[6]),
            Age = Known(numbers[7]),
            Bytes = Known(numbers[8]),
            Backup = numbers[9] < 0 ? null : numbers[9] > 2,
            AddressId = (byte?)Known(numbers[10]),
            Version = numbers[11] < 0 ? null : numbers[11] & 1,
            Random = (uint)hashes[0] * 4_000_000,
            SubflowHash = (uint)hashes[0],
            Sets = (ulong)hashes[1] & 5,
            ConnectionHash = numbers[3] < 0 ? null : (uint)hashes[1],
        };

    private static ulong? Known(int number) => number < 0 ? null : (ulong)number;

    private static Gen<Selector> ExactSubflow =>
        from family in Gen.Elements(IpFamily.IPv4, IpFamily.IPv6)
        from source in HostOf(family)
        from destination in HostOf(family)
        from sourcePort in Port
        from destinationPort in Port
        select (Selector)new SubflowSelector(source, sourcePort, destination, destinationPort);

    private static Gen<RedirectMac> Mac => Gen.OneOf(
        Gen.Constant<RedirectMac>(new FibMac()),
        Gen.Constant<RedirectMac>(new KeepMac()),
        Maybe(Gen.Constant(new MacAddress(0x02005e100002))).Select(source => (RedirectMac)new GivenMac(new MacAddress(0x02005e100001), source)));

    private static Gen<Actor> Actor => Gen.OneOf(
        Gen.Elements(true, false).Select(b => (Actor)new SetBackupActor(b)),
        from v4 in Gen.Elements(true, false)
        from v6 in Gen.Elements(true, false)
        from refuse in Gen.Elements(true, false)
        select (Actor)new BlkSubflowActor(v4, v6, refuse || (!v4 && !v6)),
        from rate in Gen.Elements(64_000ul, 64_001ul, 1_500_000ul, 20_000_000ul, 400_000_000_000ul)
        from per in Gen.Elements(Enum.GetValues<RateScope>())
        from policer in Gen.Elements(true, false)
        select (Actor)new RateLimitActor(new Rate(rate), per, policer),
        from nics in Nics from mac in Mac select (Actor)new RedirectActor(nics, mac),
        from nics in Nics
        from mac in Mac
        from weights in Gen.Choose(1, 3).ArrayOf(nics.Count)
        select (Actor)new RedirectActor(nics, mac) { Weights = weights.All(w => w == 1) ? [] : ValueList.From(weights) },
        from giveBack in Gen.Elements(true, false)
        from addresses in Some(Prefix, 3)
        from port in Maybe(Port)
        from toServer in Gen.Elements(true, false)
        select (Actor)new AddSubflowActor(
            giveBack, ValueList.From(addresses.Where(a => a.IsHost).Select((a, i) => new AnnouncedAddress(a, port, (byte)(200 + i)))), toServer),
        Gen.Elements(Enum.GetValues<ResetReason>()).Select(r => (Actor)new CloseSubflowActor(r)),
        from skb in Maybe(Gen.Elements(0u, 0x10u, uint.MaxValue))
        from mask in Gen.Elements(uint.MaxValue, 0xffu)
        from dscp in Maybe(Gen.Elements((byte)0, (byte)46, (byte)63))
        select (Actor)new MarkActor(dscp is null ? skb ?? 7u : skb, mask, dscp),
        Gen.Elements(s_nics).Select(n => (Actor)new MirrorActor(n)),
        from source in Maybe(Prefix)
        from ports in Maybe(Range)
        from destination in Maybe(Prefix)
        from port in Port
        select (Actor)new RewriteActor(source, ports, destination, port),
        Arguments(4).Select(arguments => (Actor)new CustomActor("acts", arguments)),
        Gen.Elements<Actor>(new GetConnectActor(), new GetSubflowActor(), new RecordActor(), new CountActor(), new DropActor(), new StripMptcpActor(), new TraceActor()));

    private static Gen<Chain> Chain(int number) =>
        from priority in Gen.Elements(0, 1, 100, 65535)
        from hooks in Gen.Elements(Hooks.Ingress, Hooks.Egress, Hooks.Ingress | Hooks.Egress)
        from ports in Gen.OneOf(Gen.Constant(ValueList.From<string>([])), Nics)
        from depth in Gen.Choose(0, 3)
        from selector in Gen.Frequency((9, Selector(depth)), (1, Gen.Constant<Selector>(null!)))
        from actors in Some(Actor, 4)
        select new Chain($"chain-{number}", priority, hooks, ports, selector, actors);

    public static Gen<PolicyDocument> Document =>
        from count in Gen.Choose(0, 6)
        from chains in Gen.CollectToArray(Enumerable.Range(0, count), Chain)
        select new PolicyDocument("random", ValueList.From(chains));

    public static Gen<PolicyPacket> Packet =>
        from family in Gen.Elements(IpFamily.IPv4, IpFamily.IPv6)
        from source in Address(family)
        from destination in Address(family)
        from sourcePort in Gen.OneOf(Port, Gen.Choose(0, 65535).Select(p => (ushort)p))
        from destinationPort in Port
        from hook in Gen.Elements(Hook.Ingress, Hook.Egress)
        from index in Gen.Elements(0, 1, 2, 5, 63)
        from direction in Gen.Elements(FlowDirection.Unknown, FlowDirection.Original, FlowDirection.Reply)
        from types in Gen.OneOf(Types, Gen.Choose(0, (1 << 23) - 1).Select(t => (PacketTypes)t))
        from facts in Gen.OneOf(Facts, Gen.Constant<FlowFacts>(null!))
        select new PolicyPacket(family, source, destination, sourcePort, destinationPort, hook, index, direction, types, facts);

    /// <summary>First or last address of a prefix, or one outside of most.</summary>
    private static Gen<UInt128> Address(IpFamily family) =>
        from prefix in Gen.Elements(s_prefixes.Where(p => p.Family == family).ToArray())
        from last in Gen.Elements(true, false)
        let hostBits = prefix.Length == (family == IpFamily.IPv4 ? 32 : 128) ? UInt128.Zero
            : UInt128.MaxValue >> (128 - (family == IpFamily.IPv4 ? 32 : 128) + prefix.Length)
        select prefix.Address | (last ? hostBits : 0);

    private static Gen<ValueList<T>> Some<T>(Gen<T> element, int most) =>
        from count in Gen.Choose(1, most)
        from items in element.ArrayOf(count)
        select ValueList.From(items);

    private static Gen<T?> Maybe<T>(Gen<T> value)
        where T : struct => Gen.OneOf(value.Select(v => (T?)v), Gen.Constant((T?)null));
}
