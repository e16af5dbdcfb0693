using Gateway.V1;

namespace Gateway.Client;

/// <summary>The selectors; each returns the expression with it.</summary>
/// <typeparam name="TNext">The expression so far with one more selector.</typeparam>
public sealed class SelectorBuilder<TNext>
    where TNext : Selection
{
    private readonly Func<Selector, TNext> _next;

    internal SelectorBuilder(Func<Selector, TNext> next) => _next = next;

    /// <summary>Both directions of the subflows with this 4-tuple; what is left out is any.</summary>
    /// <param name="src">Address or prefix, "10.0.0.1", "2001:db8::/32".</param>
    /// <param name="srcPort">1-65535, 0 = any.</param>
    /// <param name="dst">Address or prefix.</param>
    /// <param name="dstPort">1-65535, 0 = any.</param>
    public TNext Subflow(string src = "", ushort srcPort = 0, string dst = "", ushort dstPort = 0) =>
        _next(new Selector { Subflow = new SubflowSelector { Src = src, SrcPort = srcPort, Dst = dst, DstPort = dstPort } });

    /// <summary>Packets between two addresses or prefixes, both directions.</summary>
    public TNext IpPair(string a, string b) => _next(new Selector { IpPair = new IpPairSelector { A = a, B = b } });

    /// <summary>The packet's source address is in one of these prefixes.</summary>
    public TNext Src(params IEnumerable<string> prefixes) => _next(new Selector { Src = new PrefixList { Prefixes = { prefixes } } });

    /// <summary>The packet's destination address is in one of these prefixes.</summary>
    public TNext Dst(params IEnumerable<string> prefixes) => _next(new Selector { Dst = new PrefixList { Prefixes = { prefixes } } });

    /// <summary>The source port is one of these.</summary>
    public TNext SrcPort(params IEnumerable<ushort> ports) => _next(new Selector { SrcPort = Ports(ports) });

    /// <summary>The source port is in first..last, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is the wrong way round.</exception>
    public TNext SrcPortRange(ushort first, ushort last) => _next(new Selector { SrcPort = Range(first, last) });

    /// <summary>The destination port is one of these.</summary>
    public TNext DstPort(params IEnumerable<ushort> ports) => _next(new Selector { DstPort = Ports(ports) });

    /// <summary>The destination port is in first..last, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is the wrong way round.</exception>
    public TNext DstPortRange(ushort first, ushort last) => _next(new Selector { DstPort = Range(first, last) });

    /// <summary>The source or the destination port is one of these.</summary>
    public TNext Port(params IEnumerable<ushort> ports) => _next(new Selector { Port = Ports(ports) });

    /// <summary>The source or the destination port is in first..last, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is the wrong way round.</exception>
    public TNext PortRange(ushort first, ushort last) => _next(new Selector { Port = Range(first, last) });

    /// <summary>The packet is of one of these types.</summary>
    public TNext PacketType(params IEnumerable<PacketType> types) =>
        _next(new Selector { PacketType = new PacketTypeList { Types_ = { types } } });

    /// <summary>The packet comes from the host that sent the subflow's SYN, or goes to it.</summary>
    public TNext Direction(Direction direction) => _next(new Selector { Direction = direction });

    /// <summary>The packet is at the ingress hook of one of these NICs.</summary>
    public TNext IngressPort(params IEnumerable<string> nics) => _next(new Selector { IngressPort = new NicList { Nics = { nics } } });

    /// <summary>The packet is at the egress hook of one of these NICs.</summary>
    public TNext EgressPort(params IEnumerable<string> nics) => _next(new Selector { EgressPort = new NicList { Nics = { nics } } });

    /// <summary>The subflow is in this set, see <see cref="SubflowSetClient"/>.</summary>
    public TNext SubflowSet(string set) => _next(new Selector { SubflowSet = set });

    /// <summary>The outer VLAN id is one of these, 0 untagged.</summary>
    public TNext Vlan(params IEnumerable<ushort> ids) =>
        _next(new Selector { Vlan = new UintRangeList { Ranges = { ids.Select(id => new UintRange { First = id }) } } });

    /// <summary>The packet's first payload byte is in first..last of its direction's data in the connection (RFC 8684 section 3.3).</summary>
    public TNext DataSequence(ulong first, ulong last = ulong.MaxValue) =>
        _next(new Selector { Sequence = new SequenceSelector { Data = Range(first, last) } });

    /// <summary>The packet's first payload byte is in first..last of its direction's data in the subflow.</summary>
    public TNext SubflowSequence(ulong first, ulong last = ulong.MaxValue) =>
        _next(new Selector { Sequence = new SequenceSelector { Subflow = Range(first, last) } });

    /// <summary>The packet's connection and its subflow there.</summary>
    public TNext Connection(ConnectionSelector connection) => _next(new Selector { Connection = connection });

    /// <summary>The connection's subflow is this one or a later one, 1 = the first.</summary>
    public TNext SubflowFrom(uint ordinal) => Connection(new ConnectionSelector { Subflow = Range(ordinal, ulong.MaxValue) });

    /// <summary>The connection has carried at least this many payload bytes.</summary>
    public TNext AfterBytes(ulong bytes) => Connection(new ConnectionSelector { Bytes = Range(bytes, ulong.MaxValue) });

    /// <summary>Each packet with probability 1 / n.</summary>
    public TNext OneIn(uint n) => _next(new Selector { Sample = new SampleSelector { OneIn = n } });

    /// <summary>Connections, or subflows, whose hash falls in the first of so many buckets.</summary>
    public TNext Buckets(uint first, uint of, bool byConnection = false) => _next(new Selector
    {
        Sample = new SampleSelector
        {
            Buckets = new BucketSample { Buckets = Range(0, first - 1), Of = of, ByConnection = byConnection },
        },
    });

    /// <summary>A loaded operator says so.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Numbers it is given, at most 2.</param>
    public TNext Custom(string name, params IEnumerable<ulong> arguments) =>
        _next(new Selector { Custom = new CustomOperator { Operator = name, Args = { arguments } } });

    /// <summary>The expression does not match.</summary>
    public TNext Not(Func<SelectorBuilder<SingleSelection>, Selection> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return _next(new Selector { Not = expression(SelectorBuilder.Start).Selector });
    }

    /// <summary>The expression matches: parentheses.</summary>
    public TNext Group(Func<SelectorBuilder<SingleSelection>, Selection> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return _next(expression(SelectorBuilder.Start).Selector);
    }

    private static PortRangeList Ports(IEnumerable<ushort> ports) =>
        new() { Ranges = { ports.Select(port => new PortRange { First = port }) } };

    private static UintRangeList Range(ulong first, ulong last) =>
        new() { Ranges = { new UintRange { First = first, Last = last == first ? 0 : last } } };

    private static PortRangeList Range(ushort first, ushort last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        return new PortRangeList { Ranges = { new PortRange { First = first, Last = last } } };
    }
}

/// <summary>The start of every expression.</summary>
internal static class SelectorBuilder
{
    internal static SelectorBuilder<SingleSelection> Start { get; } = new(selector => new SingleSelection(selector));
}
