using Gateway.Mptcp.Packets;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads selector expressions.</summary>
internal sealed class SelectorReader(NodeReader nodes)
{
    private const string Hint = "Write a selector like {src: 10.0.0.0/8}, or all:, any:, not: with selectors below.";
    private const string ListHint = "Write a list of selectors, each like {src: 10.0.0.0/8}.";
    private const string NicHint = "Write one NIC name or a list of them.";

    private static readonly string[] s_keys =
    [
        "all", "any", "not", "subflow", "ip_pair", "src", "dst", "src_port", "dst_port", "port", "packet_type", "direction",
        "ingress_port", "egress_port", "vlan", "sequence", "connection", "sample", "custom",
        "subflow_set",
    ];

    private readonly ConditionReader _conditions = new(nodes);
    private readonly CustomReader _custom = new(nodes);

    private static readonly Selector s_unreadable = new UnreadableSelector();
    private static readonly string[] s_subflowKeys = ["src", "src_port", "dst", "dst_port"];
    private static readonly string[] s_pairKeys = ["a", "b"];

    /// <summary>Reads the value of select: a selector, or a list of them that must all match.</summary>
    public Selector ReadExpression()
    {
        if (nodes.Events.Current is not SequenceStart)
        {
            return ReadSelector();
        }

        nodes.Path.Push("all");
        Selector selector = ReadList(selectors => new AllSelector(selectors));
        nodes.Path.Pop();
        return selector;
    }

    private Selector ReadSelector()
    {
        SourcePosition start = nodes.Events.Position;
        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterMapping(Hint))
        {
            return s_unreadable;
        }

        uint seen = 0;
        var selectors = new List<Selector>(1);
        while (nodes.Events.Current is not MappingEnd)
        {
            if (selectors.Count == 1)
            {
                MoveErrorsIntoList(errors);
            }

            bool inList = selectors.Count > 0;
            if (inList)
            {
                nodes.Path.Push("all");
                nodes.Path.Push(selectors.Count);
            }

            selectors.Add(ReadKeyed(ref seen));
            if (inList)
            {
                nodes.Path.Pop();
                nodes.Path.Pop();
            }
        }

        nodes.Events.Advance();
        switch (selectors.Count)
        {
            case 0:
                nodes.Error(start, "The selector is empty.", Hint);
                return s_unreadable;
            case 1:
                return selectors[0];
            default:
                return new AllSelector(ValueList.From(selectors)) { Position = start };
        }
    }

    /// <summary>Only its second key shows that a mapping is a list of selectors: the first one's errors get their path then.</summary>
    private void MoveErrorsIntoList(int firstError)
    {
        string prefix = nodes.Path.ToString();
        for (int i = firstError; i < nodes.Errors.Count; i++)
        {
            PolicyError error = nodes.Errors[i];
            nodes.Errors[i] = error with { Path = $"{prefix}.all[0]{error.Path.AsSpan(prefix.Length)}" };
        }
    }

    private Selector ReadKeyed(ref uint seen)
    {
        int key = nodes.ReadKey(s_keys, ref seen, out string name);
        nodes.Path.Push(name);
        SourcePosition position = nodes.Events.Position;
        Selector? selector = null;
        if (key < 0)
        {
            nodes.Events.Skip();
        }
        else
        {
            selector = ReadValue(name);
        }

        nodes.Path.Pop();
        return selector is null ? s_unreadable : selector with { Position = position };
    }

    private Selector? ReadValue(string name)
    {
        switch (name)
        {
            case "all":
                return ReadList(selectors => new AllSelector(selectors));
            case "any":
                return ReadList(selectors => new AnySelector(selectors));
            case "not":
                return new NotSelector(ReadSelector());
            case "subflow":
                return ReadSubflow();
            case "ip_pair":
                return ReadPair();
            case "src":
                return Prefixes() is { } sources ? new SourceSelector(sources) : null;
            case "dst":
                return Prefixes() is { } destinations ? new DestinationSelector(destinations) : null;
            case "src_port":
                return Ports() is { } sourcePorts ? new SourcePortSelector(sourcePorts) : null;
            case "dst_port":
                return Ports() is { } destinationPorts ? new DestinationPortSelector(destinationPorts) : null;
            case "port":
                return Ports() is { } ports ? new PortSelector(ports) : null;
            case "packet_type":
                ValueList<PacketTypes>? types = nodes.ReadOneOrMany<PacketTypes>(
                    ScalarParsers.PacketType, "Write one packet type or a list of them, like [syn, mp_join].");
                return types is null ? null : new PacketTypeSelector(types.Aggregate((a, b) => a | b));
            case "direction":
                return nodes.TryRead(ScalarParsers.Direction, "Write original or reply.", out FlowDirection direction)
                    ? new DirectionSelector(direction)
                    : null;
            case "ingress_port":
                return Nics() is { } ingress ? new IngressPortSelector(ingress) : null;
            case "vlan":
                return _conditions.ReadVlan();
            case "sequence":
                return _conditions.ReadSequence();
            case "connection":
                return _conditions.ReadConnection();
            case "sample":
                return _conditions.ReadSample();
            case "custom":
                return _custom.Read() is { } custom ? new CustomSelector(custom.Operator, custom.Arguments) : null;
            case "subflow_set":
                return nodes.TryReadScalar("Write the name of a set.", out string set) ? new SubflowSetSelector(set) : null;
            default:
                return Nics() is { } egress ? new EgressPortSelector(egress) : null;
        }
    }

    private Selector ReadList(Func<ValueList<Selector>, Selector> create)
    {
        SourcePosition start = nodes.Events.Position;
        if (!nodes.TryEnterList(ListHint))
        {
            return s_unreadable;
        }

        var selectors = new List<Selector>();
        while (nodes.Events.Current is not SequenceEnd)
        {
            nodes.Path.Push(selectors.Count);
            selectors.Add(ReadSelector());
            nodes.Path.Pop();
        }

        nodes.Events.Advance();
        if (selectors.Count == 0)
        {
            nodes.Error(start, "The list is empty.", ListHint);
            return s_unreadable;
        }

        return create(ValueList.From(selectors)) with { Position = start };
    }

    private SubflowSelector? ReadSubflow()
    {
        const string hint = "Write it like {src: 10.0.1.2, src_port: 40000, dst: 10.0.9.1, dst_port: 5201}; any of the four may be absent.";
        SourcePosition start = nodes.Events.Position;
        if (!nodes.TryEnterMapping(hint))
        {
            return null;
        }

        int errors = nodes.Errors.Count;
        IpPrefix? source = null;
        IpPrefix? destination = null;
        ushort? sourcePort = null;
        ushort? destinationPort = null;
        uint seen = 0;
        for (int key = nodes.NextKey(s_subflowKeys, ref seen); key >= 0; key = nodes.NextKey(s_subflowKeys, ref seen))
        {
            switch (key)
            {
                case 0 when nodes.TryRead(ScalarParsers.Prefix, hint, out IpPrefix prefix):
                    source = prefix;
                    break;
                case 1 when nodes.TryRead(ScalarParsers.Port, hint, out ushort port):
                    sourcePort = port;
                    break;
                case 2 when nodes.TryRead(ScalarParsers.Prefix, hint, out IpPrefix prefix):
                    destination = prefix;
                    break;
                case 3 when nodes.TryRead(ScalarParsers.Port, hint, out ushort port):
                    destinationPort = port;
                    break;
                default:
                    break;
            }

            nodes.Path.Pop();
        }

        if (seen == 0 && errors == nodes.Errors.Count)
        {
            nodes.Error(start, "The subflow selector is empty.", hint);
        }

        return errors == nodes.Errors.Count ? new SubflowSelector(source, sourcePort, destination, destinationPort) : null;
    }

    private IpPairSelector? ReadPair()
    {
        const string hint = "Write it like {a: 10.0.1.0/24, b: 10.0.9.1}.";
        SourcePosition start = nodes.Events.Position;
        if (!nodes.TryEnterMapping(hint))
        {
            return null;
        }

        int errors = nodes.Errors.Count;
        var ends = new IpPrefix[2];
        uint seen = 0;
        for (int key = nodes.NextKey(s_pairKeys, ref seen); key >= 0; key = nodes.NextKey(s_pairKeys, ref seen))
        {
            nodes.TryRead(ScalarParsers.Prefix, hint, out ends[key]);
            nodes.Path.Pop();
        }

        for (int key = 0; key < 2; key++)
        {
            if ((seen & (1u << key)) == 0)
            {
                nodes.MissingKey(start, s_pairKeys[key], hint);
            }
        }

        return errors == nodes.Errors.Count ? new IpPairSelector(ends[0], ends[1]) : null;
    }

    private ValueList<IpPrefix>? Prefixes() =>
        nodes.ReadOneOrMany<IpPrefix>(ScalarParsers.Prefix, "Write one address or prefix, or a list of them.");

    private ValueList<PortRange>? Ports() =>
        nodes.ReadOneOrMany<PortRange>(ScalarParsers.Ports, "Write one port or range of ports, or a list of them.");

    private ValueList<string>? Nics() => nodes.ReadOneOrMany<string>(ScalarParsers.Text, NicHint);
}
