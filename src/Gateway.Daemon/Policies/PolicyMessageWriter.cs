using System.Diagnostics;
using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Writes the message form of a policy; reading it gives an equal document.</summary>
internal static class PolicyMessageWriter
{
    public static V1.Policy Write(PolicyDocument document)
    {
        var message = new V1.Policy { Name = document.Name };
        message.Chains.AddRange(document.Chains.Select(Write));
        return message;
    }

    private static V1.Chain Write(Chain chain)
    {
        var message = new V1.Chain { Name = chain.Name, Priority = (uint)chain.Priority };
        if (chain.Hooks.HasFlag(Hooks.Ingress))
        {
            message.Hooks.Add(V1.Hook.Ingress);
        }

        if (chain.Hooks.HasFlag(Hooks.Egress))
        {
            message.Hooks.Add(V1.Hook.Egress);
        }

        message.Ports.AddRange(chain.Ports);
        message.Select = chain.Select is null ? null : Write(chain.Select);
        message.Actors.AddRange(chain.Actors.Select(Write));
        return message;
    }

    private static V1.Selector Write(Selector selector) => selector switch
    {
        AllSelector all => new V1.Selector { All = Write(all.Selectors) },
        AnySelector any => new V1.Selector { Any = Write(any.Selectors) },
        NotSelector not => new V1.Selector { Not = Write(not.Selector) },
        SubflowSelector subflow => new V1.Selector
        {
            Subflow = new V1.SubflowSelector
            {
                Src = subflow.Source?.ToString() ?? "",
                SrcPort = subflow.SourcePort ?? 0u,
                Dst = subflow.Destination?.ToString() ?? "",
                DstPort = subflow.DestinationPort ?? 0u,
            },
        },
        IpPairSelector pair => new V1.Selector { IpPair = new V1.IpPairSelector { A = pair.A.ToString(), B = pair.B.ToString() } },
        SourceSelector source => new V1.Selector { Src = Write(source.Prefixes) },
        DestinationSelector destination => new V1.Selector { Dst = Write(destination.Prefixes) },
        SourcePortSelector port => new V1.Selector { SrcPort = Write(port.Ranges) },
        DestinationPortSelector port => new V1.Selector { DstPort = Write(port.Ranges) },
        PortSelector port => new V1.Selector { Port = Write(port.Ranges) },
        PacketTypeSelector types => new V1.Selector { PacketType = new V1.PacketTypeList { Types_ = { PacketTypeMessages.Write(types.Types) } } },
        DirectionSelector direction => new V1.Selector
        {
            Direction = direction.Direction == FlowDirection.Original ? V1.Direction.Original : V1.Direction.Reply,
        },
        IngressPortSelector ingress => new V1.Selector { IngressPort = new V1.NicList { Nics = { ingress.Ports } } },
        EgressPortSelector egress => new V1.Selector { EgressPort = new V1.NicList { Nics = { egress.Ports } } },
        SubflowSetSelector set => new V1.Selector { SubflowSet = set.Set },
        CustomSelector custom => new V1.Selector { Custom = new V1.CustomOperator { Operator = custom.Operator, Args = { custom.Arguments } } },
        _ when ConditionMessages.Write(selector) is { } condition => condition,
        _ => throw new UnreachableException($"The selector {selector.GetType().Name} has no message."),
    };

    private static V1.SelectorList Write(ValueList<Selector> selectors) => new() { Selectors = { selectors.Select(Write) } };

    private static V1.PrefixList Write(ValueList<IpPrefix> prefixes) => new() { Prefixes = { prefixes.Select(p => p.ToString()) } };

    private static V1.PortRangeList Write(ValueList<PortRange> ranges) => new()
    {
        Ranges = { ranges.Select(Write) },
    };

    private static V1.PortRange Write(PortRange range) => new() { First = range.First, Last = range.Last == range.First ? 0u : range.Last };

    private static V1.Actor Write(Actor actor) => actor switch
    {
        SetBackupActor set => new V1.Actor { SetBackup = new V1.SetBackupActor { Backup = set.Backup } },
        BlkSubflowActor blk => new V1.Actor
        {
            BlkSubflow = new V1.BlkSubflowActor { Ipv4 = blk.IPv4, Ipv6 = blk.IPv6, RefuseJoin = blk.RefuseJoin },
        },
        RateLimitActor limit => new V1.Actor { RateLimit = Write(limit) },
        RedirectActor redirect => new V1.Actor { Redirect = Write(redirect) },
        GetConnectActor => new V1.Actor { GetConnect = new V1.GetConnectActor() },
        GetSubflowActor => new V1.Actor { GetSubflow = new V1.GetSubflowActor() },
        RecordActor => new V1.Actor { Record = new V1.RecordActor() },
        CountActor => new V1.Actor { Count = new V1.CountActor() },
        DropActor => new V1.Actor { Drop = new V1.DropActor() },
        AddSubflowActor add => new V1.Actor { AddSubflow = Write(add) },
        RewriteActor rewrite => new V1.Actor { Rewrite = Write(rewrite) },
        StripMptcpActor => new V1.Actor { StripMptcp = new V1.StripMptcpActor() },
        CloseSubflowActor close => new V1.Actor { CloseSubflow = new V1.CloseSubflowActor { Reason = (uint)close.Reason } },
        MarkActor mark => new V1.Actor { Mark = Write(mark) },
        MirrorActor mirror => new V1.Actor { Mirror = new V1.MirrorActor { Nic = mirror.Port } },
        TraceActor => new V1.Actor { Trace = new V1.TraceActor() },
        CustomActor custom => new V1.Actor { Custom = new V1.CustomOperator { Operator = custom.Operator, Args = { custom.Arguments } } },
        _ => throw new UnreachableException($"The actor {actor.GetType().Name} has no message."),
    };

    private static V1.RateLimitActor Write(RateLimitActor limit) => new()
    {
        BitsPerSecond = limit.Rate.BitsPerSecond,
        Per = limit.Per switch
        {
            RateScope.Connection => V1.RateScope.Connection,
            RateScope.Chain => V1.RateScope.Chain,
            _ => V1.RateScope.Unspecified,
        },
        NoPolicer = !limit.Policer,
    };

    private static V1.AddSubflowActor Write(AddSubflowActor add) => new()
    {
        GiveBack = add.GiveBack,
        Announce =
        {
            add.Announce.Select(a => new V1.AddressToAnnounce { Address = a.Address.ToString(), Port = a.Port ?? 0u, Id = a.Id }),
        },
        ToServer = add.ToServer,
    };

    private static V1.RewriteActor Write(RewriteActor rewrite) => new()
    {
        Src = rewrite.Source?.ToString() ?? "",
        SrcPort = rewrite.SourcePorts is { } ports ? Write(ports) : null,
        Dst = rewrite.Destination?.ToString() ?? "",
        DstPort = rewrite.DestinationPort ?? 0u,
    };

    private static V1.MarkActor Write(MarkActor mark)
    {
        var message = new V1.MarkActor();
        if (mark.Skb is { } skb)
        {
            message.Skb = skb;
        }

        if (mark.Mask != uint.MaxValue)
        {
            message.Mask = mark.Mask;
        }

        if (mark.Dscp is { } dscp)
        {
            message.Dscp = dscp;
        }

        return message;
    }

    private static V1.RedirectActor Write(RedirectActor redirect)
    {
        var message = new V1.RedirectActor { Nics = { redirect.Ports }, Weights = { redirect.Weights.Select(weight => (uint)weight) } };
        switch (redirect.Mac)
        {
            case KeepMac:
                message.Keep = new V1.KeepMac();
                break;
            case GivenMac given:
                message.Given = new V1.GivenMac { Destination = given.Destination.ToString(), Source = given.Source?.ToString() ?? "" };
                break;
            default:
                message.Fib = new V1.FibMac();
                break;
        }

        return message;
    }
}
