namespace Gateway.Policy;

/// <summary>Turns selector expressions into disjunctions of conjunctions; negations are pushed to the literals.</summary>
internal static class SelectorExpansion
{
    /// <summary>The terms of one chain.</summary>
    /// <exception cref="TermLimitException">The expression is too large to expand.</exception>
    public static Disjunction Expand(Chain chain, PolicyEnvironment environment)
    {
        Disjunction selected = chain.Select is null
            ? Disjunction.Of(Conjunction.True)
            : Expand(chain.Select, negated: false, environment);
        return Disjunction.And(selected, Disjunction.Of(Conjunction.True with { Places = PlaceSet.OfChain(chain, environment) }));
    }

    private static Disjunction Expand(Selector selector, bool negated, PolicyEnvironment environment)
    {
        switch (selector)
        {
            case NotSelector not:
                return Expand(not.Selector, !negated, environment);
            case AllSelector all:
                return negated ? Or(all.Selectors, true, environment) : And(all.Selectors, false, environment);
            case AnySelector any:
                return negated ? And(any.Selectors, true, environment) : Or(any.Selectors, false, environment);
            case SubflowSelector subflow when TryGetTuple(subflow, out ExactTuple tuple) && !negated:
                var exact = new Disjunction();
                exact.AddSubflow(tuple);
                return exact;
            case CustomSelector custom:
                return Disjunction.Of(Conjunction.True with
                {
                    Conditions = ConditionSet.Of(custom.Condition(environment.Operators[custom.Operator].Slot, negated)),
                });
            case SubflowSetSelector set:
                return Disjunction.Of(Conjunction.True with
                {
                    Conditions = ConditionSet.Of(SubflowSetSelector.Condition(environment.SubflowSets[set.Set], negated)),
                });
            case var _ when ConditionClause.Of(selector) is { } clauses:
                return Expand(clauses, negated);
            default:
                return Literals(selector, negated, environment);
        }
    }

    /// <summary>All clauses together, or the negation of that.</summary>
    private static Disjunction Expand(IReadOnlyList<ConditionClause> clauses, bool negated)
    {
        Disjunction result = negated ? new Disjunction() : Disjunction.Of(Conjunction.True);
        foreach (ConditionClause clause in clauses)
        {
            if (negated)
            {
                result.Add(Conjunction.True with { Conditions = ConditionSet.NoneOf(clause.Conditions()) });
                continue;
            }

            var ranges = new Disjunction();
            foreach (FlowCondition condition in clause.Conditions())
            {
                ranges.Add(Conjunction.True with { Conditions = ConditionSet.Of(condition) });
            }

            result = Disjunction.And(result, ranges);
        }

        result.Simplify();
        return result;
    }

    private static Disjunction Or(ValueList<Selector> selectors, bool negated, PolicyEnvironment environment)
    {
        var result = new Disjunction();
        foreach (Selector selector in selectors)
        {
            if (!negated && selector is SubflowSelector subflow && TryGetTuple(subflow, out ExactTuple tuple))
            {
                result.AddSubflow(tuple);
            }
            else
            {
                result.Add(Expand(selector, negated, environment));
            }
        }

        result.Simplify();
        return result;
    }

    private static Disjunction And(ValueList<Selector> selectors, bool negated, PolicyEnvironment environment)
    {
        var result = Disjunction.Of(Conjunction.True);
        foreach (Selector selector in selectors)
        {
            result = Disjunction.And(result, Expand(selector, negated, environment));
        }

        return result;
    }

    private static bool TryGetTuple(SubflowSelector subflow, out ExactTuple tuple)
    {
        if (subflow is
            {
                Source: { IsHost: true } source,
                SourcePort: { } sourcePort,
                Destination: { IsHost: true } destination,
                DestinationPort: { } destinationPort,
            }
            && source.Family == destination.Family)
        {
            tuple = new ExactTuple(source.Address, destination.Address, sourcePort, destinationPort, source.Family);
            return true;
        }

        tuple = default;
        return false;
    }

    /// <summary>A leaf as a disjunction of conjunctions of literals, or the negation of that.</summary>
    private static Disjunction Literals(Selector selector, bool negated, PolicyEnvironment environment)
    {
        Conjunction[][] branches = Branches(selector, environment);
        if (!negated)
        {
            var result = new Disjunction();
            foreach (Conjunction[] literals in branches)
            {
                var conjunction = Disjunction.Of(Conjunction.True);
                foreach (Conjunction literal in literals)
                {
                    conjunction = Disjunction.And(conjunction, Disjunction.Of(literal));
                }

                result.Add(conjunction);
            }

            result.Simplify();
            return result;
        }

        var product = Disjunction.Of(Conjunction.True);
        foreach (Conjunction[] literals in branches)
        {
            var negatedBranch = new Disjunction();
            foreach (Conjunction literal in literals)
            {
                // Of a literal that nothing fails there is no negation.
                if (Negate(literal) is { } negation)
                {
                    negatedBranch.Add(negation);
                }
            }

            product = Disjunction.And(product, negatedBranch);
        }

        return product;
    }

    /// <summary>Each conjunction here restricts exactly one field.</summary>
    private static Conjunction[][] Branches(Selector selector, PolicyEnvironment environment) => selector switch
    {
        SubflowSelector subflow =>
        [
            Ends(subflow.Source, subflow.SourcePort, subflow.Destination, subflow.DestinationPort),
            Ends(subflow.Destination, subflow.DestinationPort, subflow.Source, subflow.SourcePort),
        ],
        IpPairSelector pair => [Ends(pair.A, null, pair.B, null), Ends(pair.B, null, pair.A, null)],
        SourceSelector source => [[Source(source.Prefixes)]],
        DestinationSelector destination => [[Destination(destination.Prefixes)]],
        SourcePortSelector sourcePort => [[SourcePorts(sourcePort.Ranges)]],
        DestinationPortSelector destinationPort => [[DestinationPorts(destinationPort.Ranges)]],
        PortSelector port => [[SourcePorts(port.Ranges)], [DestinationPorts(port.Ranges)]],
        PacketTypeSelector type => [[Conjunction.True with { Packet = PacketCondition.OneOf(type.Types) }]],
        DirectionSelector direction => [[Conjunction.True with { Directions = (DirectionSet)(1 << (int)direction.Direction) }]],
        IngressPortSelector ingress => [[Conjunction.True with { Places = PlaceSet.Of(Hook.Ingress, ingress.Ports, environment) }]],
        EgressPortSelector egress => [[Conjunction.True with { Places = PlaceSet.Of(Hook.Egress, egress.Ports, environment) }]],
        _ => throw new ArgumentException($"The selector {selector.GetType().Name} cannot be compiled.", nameof(selector)),
    };

    private static Conjunction[] Ends(IpPrefix? source, ushort? sourcePort, IpPrefix? destination, ushort? destinationPort)
    {
        var literals = new List<Conjunction>(4);
        if (source is { } sourcePrefix)
        {
            literals.Add(Source([sourcePrefix]));
        }

        if (sourcePort is { } sourceNumber)
        {
            literals.Add(SourcePorts([new PortRange(sourceNumber)]));
        }

        if (destination is { } destinationPrefix)
        {
            literals.Add(Destination([destinationPrefix]));
        }

        if (destinationPort is { } destinationNumber)
        {
            literals.Add(DestinationPorts([new PortRange(destinationNumber)]));
        }

        return [.. literals];
    }

    private static Conjunction Source(IReadOnlyCollection<IpPrefix> prefixes) =>
        Conjunction.True with { Source = AddressSet.Of(prefixes) };

    private static Conjunction Destination(IReadOnlyCollection<IpPrefix> prefixes) =>
        Conjunction.True with { Destination = AddressSet.Of(prefixes) };

    private static Conjunction SourcePorts(IReadOnlyCollection<PortRange> ranges) =>
        Conjunction.True with { SourcePorts = PortSet.Of(ranges) };

    private static Conjunction DestinationPorts(IReadOnlyCollection<PortRange> ranges) =>
        Conjunction.True with { DestinationPorts = PortSet.Of(ranges) };

    private static Conjunction? Negate(Conjunction literal)
    {
        Conjunction negation = Conjunction.True with
        {
            Source = Negate(literal.Source),
            Destination = Negate(literal.Destination),
            SourcePorts = Negate(literal.SourcePorts),
            DestinationPorts = Negate(literal.DestinationPorts),
            Places = literal.Places == PlaceSet.All ? PlaceSet.All : ~literal.Places,
            Directions = literal.Directions == DirectionSet.All ? DirectionSet.All : DirectionSet.All & ~literal.Directions,
            Packet = literal.Packet.Any == 0 ? default : PacketCondition.NoneOf(literal.Packet.Any),
        };
        return negation == Conjunction.True ? null : negation;
    }

    private static AddressSet Negate(AddressSet set) => ReferenceEquals(set, AddressSet.All) ? set : set.Complement();

    private static PortSet Negate(PortSet set) => ReferenceEquals(set, PortSet.All) ? set : set.Complement();
}
