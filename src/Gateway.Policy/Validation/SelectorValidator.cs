using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>The values in selectors, each for itself.</summary>
internal sealed class SelectorValidator : IPolicyValidator
{
    public void Validate(ValidationContext context)
    {
        context.ForEachChain(chain =>
        {
            if (chain.Select is not null && context.IsTooDeep(chain.Select))
            {
                context.ReportAt("select", $"The selectors are nested more than {PolicyValidator.MaxSelectorDepth} levels deep.", "Split the expression over several chains.");
            }
        });
        context.ForEachExpression((_, expression) => SelectorPath.Fold<bool>(expression, context.Path, (selector, _) =>
        {
            (string Message, string Hint)? error = Check(selector, context.Environment);
            if (error is { } found)
            {
                context.Report(found.Message, found.Hint, selector.Position);
            }

            return true;
        }));
    }

    private static (string Message, string Hint)? Check(Selector selector, PolicyEnvironment environment) => selector switch
    {
        AllSelector { Selectors.Count: 0 } or AnySelector { Selectors.Count: 0 } =>
            ("The list is empty.", "Write at least one selector."),
        SubflowSelector { Source: null, SourcePort: null, Destination: null, DestinationPort: null } =>
            ("The subflow selector is empty.", "Give at least one of src, src_port, dst and dst_port."),
        SubflowSelector { SourcePort: 0 } or SubflowSelector { DestinationPort: 0 } =>
            ("0 is not a TCP port.", "Use ports from 1 to 65535."),
        SourceSelector source => CheckPrefixes(source.Prefixes),
        DestinationSelector destination => CheckPrefixes(destination.Prefixes),
        SourcePortSelector sourcePort => CheckPorts(sourcePort.Ranges),
        DestinationPortSelector destinationPort => CheckPorts(destinationPort.Ranges),
        PortSelector port => CheckPorts(port.Ranges),
        PacketTypeSelector type when type.Types == PacketTypes.None || (type.Types & ~PacketTypeNames.Defined) != 0 =>
            ("The packet types are empty or unknown.", "Give at least one known packet type."),
        DirectionSelector direction when direction.Direction is not (FlowDirection.Original or FlowDirection.Reply) =>
            ("The direction is unknown.", "Use original or reply."),
        IngressPortSelector ingress => CheckNics(ingress.Ports, environment),
        EgressPortSelector egress => CheckNics(egress.Ports, environment),
        _ => null,
    };

    private static (string Message, string Hint)? CheckPrefixes(ValueList<IpPrefix> prefixes) =>
        prefixes.Count == 0 ? ("The list is empty.", "Write at least one address or prefix.") : null;

    private static (string Message, string Hint)? CheckPorts(ValueList<PortRange> ranges)
    {
        if (ranges.Count == 0)
        {
            return ("The list is empty.", "Write at least one port.");
        }

        PortRange bad = ranges.FirstOrDefault(r => r.First == 0 || r.First > r.Last, new PortRange(1));
        return bad.First == 0 || bad.First > bad.Last
            ? ($"{bad.First}-{bad.Last} is not a range of TCP ports.", "Use ports from 1 to 65535, the lower one first.")
            : null;
    }

    private static (string Message, string Hint)? CheckNics(ValueList<string> nics, PolicyEnvironment environment)
    {
        string? unknown = nics.FirstOrDefault(nic => !environment.Ports.ContainsKey(nic));
        if (unknown is not null)
        {
            return ($"'{unknown}' is not a managed port.", Spelling.Hint(unknown, [.. environment.Ports.Keys]));
        }

        return nics.Count == 0 ? ("The list is empty.", "Write at least one NIC name.") : null;
    }
}
