using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>Values of rewrite, and whether its chain can begin one.</summary>
internal sealed class RewriteValidator : IPolicyValidator
{
    private const PacketTypes OnSyn = PacketTypes.Syn | PacketTypes.Data | PacketTypes.MpCapable | PacketTypes.MpJoin
        | PacketTypes.PlainTcp | PacketTypes.Mptcp;

    public void Validate(ValidationContext context)
    {
        context.ForEachActor<RewriteActor>(actor =>
        {
            if (actor is { Source: null, SourcePorts: null, Destination: null, DestinationPort: null })
            {
                context.Report("This rewrite changes nothing.", "Give at least one of src, src_port, dst and dst_port.");
            }

            CheckAddress(context, "src", actor.Source);
            CheckAddress(context, "dst", actor.Destination);
            if (actor is { Source: { } source, Destination: { } destination } && source.Family != destination.Family)
            {
                context.Report("A packet cannot have an IPv4 and an IPv6 address.", "Use src and dst of one family, and a chain for each family.");
            }
        });
        context.ForEachChain(chain =>
        {
            for (int i = 0; i < chain.Actors.Count; i++)
            {
                if (chain.Actors[i] is RewriteActor actor)
                {
                    CheckChain(context, chain, actor, i);
                }
            }
        });
    }

    private static void CheckAddress(ValidationContext context, string key, IpPrefix? address)
    {
        if (address is { IsHost: false } prefix)
        {
            context.ReportAt(key, $"{prefix} is not one address.", "Write one address like 10.0.9.1.");
        }
        else if (address is { } host && !IsUnicast(host))
        {
            context.ReportAt(key, $"{host} is not the address of one host.", "Write a unicast address like 10.0.9.1.");
        }
    }

    private static void CheckChain(ValidationContext context, Chain chain, RewriteActor actor, int index)
    {
        if (actor.Destination is not null && chain.Hooks.HasFlag(Hooks.Egress))
        {
            context.ReportAt("actors", index, "At egress the way to the old destination is already chosen.", "Give the chain hooks: [ingress], or rewrite ports and src only.");
        }

        if (chain.Actors.Any(a => a is DropActor))
        {
            context.ReportAt("actors", index, "A chain cannot both rewrite and drop a packet.", "Remove rewrite or drop.");
        }

        if (chain.Select is { } selector && !SelectorPath.IsDeeperThan(selector, PolicyValidator.MaxSelectorDepth) && !MayMatchSyn(selector))
        {
            context.ReportAt("actors", index, "A rewrite begins with a flow's SYN, which the chain never matches.", "Select whole flows, by addresses and ports.");
        }
    }

    private static bool MayMatchSyn(Selector selector) => selector switch
    {
        AllSelector all => all.Selectors.All(MayMatchSyn),
        AnySelector { Selectors.Count: > 0 } any => any.Selectors.Any(MayMatchSyn),
        PacketTypeSelector types => (types.Types & OnSyn) != 0,
        DirectionSelector direction => direction.Direction == FlowDirection.Original,
        _ => true,
    };

    private static bool IsUnicast(IpPrefix host) => host.Family == IpFamily.IPv4
        ? host.Address != 0 && host.Address >> 28 < 0xe
        : host.Address != 0 && host.Address >> 120 != 0xff;
}
