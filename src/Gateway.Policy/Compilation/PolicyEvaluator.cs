namespace Gateway.Policy;

/// <summary>Evaluates the selectors of a document as they are written, without compiling them.</summary>
public static class PolicyEvaluator
{
    /// <summary>Finds the chain of a packet.</summary>
    /// <returns>An index of the document's chains, or -1.</returns>
    public static int Match(PolicyDocument document, PolicyEnvironment environment, in PolicyPacket packet)
    {
        int best = -1;
        for (int i = 0; i < document.Chains.Count; i++)
        {
            Chain chain = document.Chains[i];
            if ((best < 0 || chain.Priority > document.Chains[best].Priority)
                && RunsAt(chain, environment, packet)
                && (chain.Select is null || Matches(chain.Select, environment, packet)))
            {
                best = i;
            }
        }

        return best;
    }

    private static bool RunsAt(Chain chain, PolicyEnvironment environment, in PolicyPacket packet)
    {
        Hooks hook = packet.Hook == Hook.Ingress ? Hooks.Ingress : Hooks.Egress;
        return chain.Hooks.HasFlag(hook) && (chain.Ports.Count == 0 || IsAt(chain.Ports, environment, packet));
    }

    private static bool IsAt(ValueList<string> ports, PolicyEnvironment environment, in PolicyPacket packet)
    {
        foreach (string port in ports)
        {
            if (environment.Ports.TryGetValue(port, out int index) && index == packet.PortIndex)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(Selector selector, PolicyEnvironment environment, in PolicyPacket packet)
    {
        switch (selector)
        {
            case AllSelector all:
                foreach (Selector part in all.Selectors)
                {
                    if (!Matches(part, environment, packet))
                    {
                        return false;
                    }
                }

                return true;
            case AnySelector any:
                foreach (Selector part in any.Selectors)
                {
                    if (Matches(part, environment, packet))
                    {
                        return true;
                    }
                }

                return false;
            case NotSelector not:
                return !Matches(not.Selector, environment, packet);
            case SubflowSelector s:
                return IsBetween(packet, s.Source, s.SourcePort, s.Destination, s.DestinationPort)
                    || IsBetween(packet, s.Destination, s.DestinationPort, s.Source, s.SourcePort);
            case IpPairSelector pair:
                return IsBetween(packet, pair.A, null, pair.B, null) || IsBetween(packet, pair.B, null, pair.A, null);
            case SourceSelector source:
                return Holds(source.Prefixes, packet.Family, packet.Source);
            case DestinationSelector destination:
                return Holds(destination.Prefixes, packet.Family, packet.Destination);
            case SourcePortSelector sourcePort:
                return Holds(sourcePort.Ranges, packet.SourcePort);
            case DestinationPortSelector destinationPort:
                return Holds(destinationPort.Ranges, packet.DestinationPort);
            case PortSelector port:
                return Holds(port.Ranges, packet.SourcePort) || Holds(port.Ranges, packet.DestinationPort);
            case PacketTypeSelector type:
                return (packet.Types & type.Types) != 0;
            case DirectionSelector direction:
                return packet.Direction == direction.Direction;
            case IngressPortSelector ingress:
                return packet.Hook == Hook.Ingress && IsAt(ingress.Ports, environment, packet);
            case EgressPortSelector egress:
                return packet.Hook == Hook.Egress && IsAt(egress.Ports, environment, packet);
            case SubflowSetSelector set:
                return environment.SubflowSets.TryGetValue(set.Set, out int number) && ((packet.Facts?.Sets >> number) & 1) == 1;
            case CustomSelector:
                // Only the kernel can ask it.
                return false;
            case var _ when ConditionClause.Of(selector) is { } clauses:
                foreach (ConditionClause clause in clauses)
                {
                    if (!clause.Holds(packet.Facts))
                    {
                        return false;
                    }
                }

                return true;
            default:
                throw new ArgumentException($"The selector {selector.GetType().Name} cannot be evaluated.", nameof(selector));
        }
    }

    private static bool IsBetween(
        in PolicyPacket packet, IpPrefix? source, ushort? sourcePort, IpPrefix? destination, ushort? destinationPort) =>
        (source is not { } from || from.Contains(packet.Family, packet.Source))
        && (destination is not { } to || to.Contains(packet.Family, packet.Destination))
        && (sourcePort ?? packet.SourcePort) == packet.SourcePort
        && (destinationPort ?? packet.DestinationPort) == packet.DestinationPort;

    private static bool Holds(ValueList<IpPrefix> prefixes, IpFamily family, UInt128 address)
    {
        foreach (IpPrefix prefix in prefixes)
        {
            if (prefix.Contains(family, address))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(ValueList<PortRange> ranges, ushort port)
    {
        foreach (PortRange range in ranges)
        {
            if (range.Contains(port))
            {
                return true;
            }
        }

        return false;
    }
}
