using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Mptcp.Packets;
using Gateway.Policy;
using Google.Protobuf.Collections;

namespace Gateway.Daemon.Policies;

/// <summary>
/// Turns the message form of a policy into a document. What cannot be read is reported with its path and replaced
/// by something harmless, so that the rest can be checked as well.
/// </summary>
internal sealed class PolicyMessageReader
{
    private const string PrefixHint = "Write it like 10.0.1.2, 10.0.0.0/8 or 2001:db8::/32.";

    /// <summary>Fewer selectors are read by one CPU.</summary>
    private const int ParallelSelectors = 1 << 14;

    private readonly List<PolicyError> _errors = [];

    private PolicyMessageReader()
    {
    }

    /// <summary>Reads a policy.</summary>
    /// <returns>The document, and what is wrong with the message; the document is not to be used when there is anything.</returns>
    public static (PolicyDocument Document, IReadOnlyList<PolicyError> Errors) Read(V1.Policy message)
    {
        var reader = new PolicyMessageReader();
        var document = new PolicyDocument(
            message.Name, ValueList.From(message.Chains.Select((chain, i) => reader.ReadChain(chain, $"chains[{i}]"))));
        return (document, reader._errors);
    }

    private Chain ReadChain(V1.Chain chain, string path)
    {
        if (chain.Priority > ushort.MaxValue)
        {
            Report($"{path}.priority", $"{chain.Priority} is no priority.", "Send a number from 0 to 65535; higher wins.");
        }

        return new Chain(
            chain.Name,
            (int)Math.Min(chain.Priority, ushort.MaxValue),
            ReadHooks(chain.Hooks, path),
            ValueList.From(chain.Ports),
            chain.Select is null ? null : ReadSelector(chain.Select, $"{path}.select"),
            ValueList.From(chain.Actors.Select((actor, i) => ReadActor(actor, $"{path}.actors[{i}]"))));
    }

    private Hooks ReadHooks(RepeatedField<V1.Hook> hooks, string path)
    {
        Hooks read = hooks.Count == 0 ? Hooks.Ingress : Hooks.None;
        for (int i = 0; i < hooks.Count; i++)
        {
            read |= hooks[i] switch
            {
                V1.Hook.Ingress => Hooks.Ingress,
                V1.Hook.Egress => Hooks.Egress,
                _ => Unknown($"{path}.hooks[{i}]", "hook", "HOOK_INGRESS or HOOK_EGRESS", Hooks.Ingress),
            };
        }

        return read;
    }

    private Selector ReadSelector(V1.Selector selector, string path)
    {
        switch (selector.SelectorCase)
        {
            case V1.Selector.SelectorOneofCase.All:
                return new AllSelector(ReadSelectors(selector.All, $"{path}.all"));
            case V1.Selector.SelectorOneofCase.Any:
                return new AnySelector(ReadSelectors(selector.Any, $"{path}.any"));
            case V1.Selector.SelectorOneofCase.Not:
                return new NotSelector(ReadSelector(selector.Not, $"{path}.not"));
            case V1.Selector.SelectorOneofCase.Subflow:
                return ReadSubflow(selector.Subflow, $"{path}.subflow");
            case V1.Selector.SelectorOneofCase.IpPair:
                return new IpPairSelector(
                    ReadPrefix(selector.IpPair.A, $"{path}.ip_pair.a"), ReadPrefix(selector.IpPair.B, $"{path}.ip_pair.b"));
            case V1.Selector.SelectorOneofCase.Src:
                return new SourceSelector(ReadPrefixes(selector.Src, $"{path}.src"));
            case V1.Selector.SelectorOneofCase.Dst:
                return new DestinationSelector(ReadPrefixes(selector.Dst, $"{path}.dst"));
            case V1.Selector.SelectorOneofCase.SrcPort:
                return new SourcePortSelector(ReadPorts(selector.SrcPort, $"{path}.src_port"));
            case V1.Selector.SelectorOneofCase.DstPort:
                return new DestinationPortSelector(ReadPorts(selector.DstPort, $"{path}.dst_port"));
            case V1.Selector.SelectorOneofCase.Port:
                return new PortSelector(ReadPorts(selector.Port, $"{path}.port"));
            case V1.Selector.SelectorOneofCase.PacketType:
                return new PacketTypeSelector(ReadTypes(selector.PacketType, $"{path}.packet_type"));
            case V1.Selector.SelectorOneofCase.Direction:
                return new DirectionSelector(selector.Direction switch
                {
                    V1.Direction.Original => FlowDirection.Original,
                    V1.Direction.Reply => FlowDirection.Reply,
                    _ => Unknown($"{path}.direction", "direction", "DIRECTION_ORIGINAL or DIRECTION_REPLY", FlowDirection.Original),
                });
            case V1.Selector.SelectorOneofCase.IngressPort:
                return new IngressPortSelector(ReadNics(selector.IngressPort.Nics, $"{path}.ingress_port"));
            case V1.Selector.SelectorOneofCase.EgressPort:
                return new EgressPortSelector(ReadNics(selector.EgressPort.Nics, $"{path}.egress_port"));
            case V1.Selector.SelectorOneofCase.SubflowSet:
                return new SubflowSetSelector(selector.SubflowSet);
            case V1.Selector.SelectorOneofCase.Vlan:
                return new VlanSelector(ConditionMessages.Read(selector.Vlan)!);
            case V1.Selector.SelectorOneofCase.Sequence:
                return ConditionMessages.Read(selector.Sequence);
            case V1.Selector.SelectorOneofCase.Connection:
                return ConditionMessages.Read(selector.Connection);
            case V1.Selector.SelectorOneofCase.Sample:
                return ConditionMessages.Read(selector.Sample);
            case V1.Selector.SelectorOneofCase.Custom:
                return new CustomSelector(selector.Custom.Operator, ValueList.From(selector.Custom.Args));
            default:
                Report(path, "The selector is empty.", "Set one of its fields, or leave select out to match every TCP packet.");
                return new AllSelector([]);
        }
    }

    private ValueList<Selector> ReadSelectors(V1.SelectorList list, string path)
    {
        NotEmpty(list.Selectors.Count, path);

        // There may be a million subflows: their paths are made only where something is wrong.
        SubflowSelector?[] exact = ReadExact(list);
        return ValueList.From(list.Selectors.Select((selector, i) => exact[i] ?? ReadSelector(selector, $"{path}[{i}]")));
    }

    /// <summary>The subflows of a list with all four parts, by all CPUs where there are many; null for all else.</summary>
    private static SubflowSelector?[] ReadExact(V1.SelectorList list)
    {
        var exact = new SubflowSelector?[list.Selectors.Count];
        if (exact.Length < ParallelSelectors)
        {
            Read(0, exact.Length);
        }
        else
        {
            Parallel.ForEach(Partitioner.Create(0, exact.Length, ParallelSelectors), part => Read(part.Item1, part.Item2));
        }

        return exact;

        void Read(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                exact[i] = list.Selectors[i].Subflow is { } subflow ? ReadExact(subflow) : null;
            }
        }
    }

    /// <summary>A subflow with all four parts; null when one is missing or wrong.</summary>
    private static SubflowSelector? ReadExact(V1.SubflowSelector subflow) =>
        subflow.SrcPort is > 0 and <= ushort.MaxValue && subflow.DstPort is > 0 and <= ushort.MaxValue
        && IpPrefix.TryParse(subflow.Src, out IpPrefix source, out _) && IpPrefix.TryParse(subflow.Dst, out IpPrefix destination, out _)
            ? new SubflowSelector(source, (ushort)subflow.SrcPort, destination, (ushort)subflow.DstPort)
            : null;

    private SubflowSelector ReadSubflow(V1.SubflowSelector subflow, string path) => new(
        subflow.Src.Length == 0 ? null : ReadPrefix(subflow.Src, $"{path}.src"),
        subflow.SrcPort == 0 ? null : ReadPort(subflow.SrcPort, $"{path}.src_port"),
        subflow.Dst.Length == 0 ? null : ReadPrefix(subflow.Dst, $"{path}.dst"),
        subflow.DstPort == 0 ? null : ReadPort(subflow.DstPort, $"{path}.dst_port"));

    private ValueList<IpPrefix> ReadPrefixes(V1.PrefixList list, string path)
    {
        NotEmpty(list.Prefixes.Count, path);
        return ValueList.From(list.Prefixes.Select((prefix, i) => ReadPrefix(prefix, $"{path}[{i}]")));
    }

    private IpPrefix ReadPrefix(string text, string path)
    {
        if (text.Length == 0)
        {
            Report(path, "The prefix is empty.", PrefixHint);
        }
        else if (IpPrefix.TryParse(text, out IpPrefix prefix, out PrefixError? error))
        {
            return prefix;
        }
        else
        {
            Report(path, error.Message, error.Hint);
        }

        return IpPrefix.AllIPv4;
    }

    private ValueList<PortRange> ReadPorts(V1.PortRangeList list, string path)
    {
        NotEmpty(list.Ranges.Count, path);
        return ValueList.From(list.Ranges.Select((range, i) => ReadRange(range, $"{path}[{i}]")));
    }

    private PortRange ReadRange(V1.PortRange range, string path)
    {
        ushort first = ReadPort(range.First, $"{path}.first");
        ushort last = range.Last == 0 ? first : ReadPort(range.Last, $"{path}.last");
        if (last < first)
        {
            Report(path, $"The range {first}-{last} ends before it begins.", "Put the lower port first.");
            return new PortRange(first);
        }

        return new PortRange(first, last);
    }

    private ushort ReadPort(uint port, string path)
    {
        if (port is > 0 and <= ushort.MaxValue)
        {
            return (ushort)port;
        }

        Report(path, $"{port} is no TCP port.", "Send a number from 1 to 65535.");
        return 1;
    }

    private PacketTypes ReadTypes(V1.PacketTypeList list, string path)
    {
        NotEmpty(list.Types_.Count, path);
        PacketTypes types = PacketTypes.None;
        for (int i = 0; i < list.Types_.Count; i++)
        {
            types |= PacketTypeMessages.TryRead(list.Types_[i], out PacketTypes type)
                ? type
                : Unknown($"{path}[{i}]", "packet type", "a PACKET_TYPE_ value of the proto file", PacketTypes.Syn);
        }

        return types;
    }

    private ValueList<string> ReadNics(RepeatedField<string> nics, string path)
    {
        NotEmpty(nics.Count, path);
        return ValueList.From(nics);
    }

    private Actor ReadActor(V1.Actor actor, string path)
    {
        switch (actor.ActorCase)
        {
            case V1.Actor.ActorOneofCase.SetBackup:
                return new SetBackupActor(actor.SetBackup.Backup);
            case V1.Actor.ActorOneofCase.BlkSubflow:
                return new BlkSubflowActor(actor.BlkSubflow.Ipv4, actor.BlkSubflow.Ipv6, actor.BlkSubflow.RefuseJoin);
            case V1.Actor.ActorOneofCase.RateLimit:
                return ReadRateLimit(actor.RateLimit, $"{path}.rate_limit");
            case V1.Actor.ActorOneofCase.Redirect:
                return new RedirectActor(ValueList.From(actor.Redirect.Nics), ReadMac(actor.Redirect, $"{path}.redirect"))
                {
                    Weights = ValueList.From(actor.Redirect.Weights.Select(weight => (int)Math.Min(weight, int.MaxValue))),
                };
            case V1.Actor.ActorOneofCase.GetConnect:
                return new GetConnectActor();
            case V1.Actor.ActorOneofCase.GetSubflow:
                return new GetSubflowActor();
            case V1.Actor.ActorOneofCase.Record:
                return new RecordActor();
            case V1.Actor.ActorOneofCase.Count:
                return new CountActor();
            case V1.Actor.ActorOneofCase.Drop:
                return new DropActor();
            case V1.Actor.ActorOneofCase.AddSubflow:
                return ReadAddSubflow(actor.AddSubflow, $"{path}.add_subflow");
            case V1.Actor.ActorOneofCase.Rewrite:
                return ReadRewrite(actor.Rewrite, $"{path}.rewrite");
            case V1.Actor.ActorOneofCase.StripMptcp:
                return new StripMptcpActor();
            case V1.Actor.ActorOneofCase.CloseSubflow:
                return new CloseSubflowActor(
                    actor.CloseSubflow.Reason <= (uint)ResetReason.Middlebox
                        ? (ResetReason)actor.CloseSubflow.Reason
                        : Unknown($"{path}.close_subflow.reason", "reason", "0 to 6", ResetReason.Unspecified));
            case V1.Actor.ActorOneofCase.Mark:
                return new MarkActor(
                    actor.Mark.SkbMarkCase == V1.MarkActor.SkbMarkOneofCase.Skb ? actor.Mark.Skb : null,
                    actor.Mark.SkbMaskCase == V1.MarkActor.SkbMaskOneofCase.Mask ? actor.Mark.Mask : uint.MaxValue,
                    actor.Mark.CodePointCase == V1.MarkActor.CodePointOneofCase.Dscp ? (byte)Math.Min(actor.Mark.Dscp, byte.MaxValue) : null);
            case V1.Actor.ActorOneofCase.Mirror:
                return new MirrorActor(actor.Mirror.Nic);
            case V1.Actor.ActorOneofCase.Trace:
                return new TraceActor();
            case V1.Actor.ActorOneofCase.Custom:
                return new CustomActor(actor.Custom.Operator, ValueList.From(actor.Custom.Args));
            default:
                Report(path, "The actor is empty.", "Set one of its fields, like record.");
                return new CountActor();
        }
    }

    private RateLimitActor ReadRateLimit(V1.RateLimitActor limit, string path) => new(
        new Rate(limit.BitsPerSecond),
        limit.Per switch
        {
            V1.RateScope.Unspecified or V1.RateScope.Subflow => RateScope.Subflow,
            V1.RateScope.Connection => RateScope.Connection,
            V1.RateScope.Chain => RateScope.Chain,
            _ => Unknown($"{path}.per", "scope", "RATE_SCOPE_SUBFLOW, RATE_SCOPE_CONNECTION or RATE_SCOPE_CHAIN", RateScope.Subflow),
        },
        !limit.NoPolicer);

    private AddSubflowActor ReadAddSubflow(V1.AddSubflowActor add, string path)
    {
        const uint FirstId = 200;
        return new AddSubflowActor(
            add.GiveBack,
            ValueList.From(add.Announce.Select((address, i) => new AnnouncedAddress(
                ReadPrefix(address.Address, $"{path}.announce[{i}].address"),
                address.Port == 0 ? null : ReadPort(address.Port, $"{path}.announce[{i}].port"),
                (byte)(address.Id == 0 ? Math.Min(FirstId + (uint)i, byte.MaxValue) : address.Id > byte.MaxValue ? 0 : address.Id)))),
            add.ToServer);
    }

    private RewriteActor ReadRewrite(V1.RewriteActor rewrite, string path) => new(
        rewrite.Src.Length == 0 ? null : ReadPrefix(rewrite.Src, $"{path}.src"),
        rewrite.SrcPort is null ? null : ReadRange(rewrite.SrcPort, $"{path}.src_port"),
        rewrite.Dst.Length == 0 ? null : ReadPrefix(rewrite.Dst, $"{path}.dst"),
        rewrite.DstPort == 0 ? null : ReadPort(rewrite.DstPort, $"{path}.dst_port"));

    private RedirectMac ReadMac(V1.RedirectActor redirect, string path) => redirect.MacCase switch
    {
        V1.RedirectActor.MacOneofCase.Keep => new KeepMac(),
        V1.RedirectActor.MacOneofCase.Given => new GivenMac(
            ReadMacAddress(redirect.Given.Destination, $"{path}.given.destination"),
            redirect.Given.Source.Length == 0 ? null : ReadMacAddress(redirect.Given.Source, $"{path}.given.source")),
        _ => new FibMac(),
    };

    private MacAddress ReadMacAddress(string text, string path)
    {
        if (!MacAddress.TryParse(text, out MacAddress address))
        {
            Report(path, $"'{text}' is no MAC address.", "Write it like 02:00:00:00:00:01.");
        }

        return address;
    }

    private void NotEmpty(int count, string path)
    {
        if (count == 0)
        {
            Report(path, "The list is empty.", "Send at least one element, or leave the selector out.");
        }
    }

    private T Unknown<T>(string path, string what, string known, T instead)
    {
        Report(path, $"The {what} is not known.", string.Create(CultureInfo.InvariantCulture, $"Send {known}."));
        return instead;
    }

    private void Report(string path, string message, string hint) => _errors.Add(new PolicyError(path, 0, 0, message, hint));
}
