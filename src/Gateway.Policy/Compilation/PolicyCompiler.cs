using System.Collections.Immutable;
using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>
/// Compiles selector expressions to what the kernel's classifier needs. Pure and deterministic: equal documents and
/// environments give equal results.
/// </summary>
public static class PolicyCompiler
{
    /// <summary>Types that only packets with an MPTCP option have.</summary>
    private const PacketTypes MptcpTypes =
        PacketTypes.MpCapable | PacketTypes.MpJoin | PacketTypes.Dss | PacketTypes.DataAck | PacketTypes.AddAddr4
        | PacketTypes.AddAddr6 | PacketTypes.AddAddrEcho | PacketTypes.RemoveAddr | PacketTypes.MpPrio | PacketTypes.MpFail
        | PacketTypes.MpFastclose | PacketTypes.MpTcprst | PacketTypes.Mptcp | PacketTypes.ThirdAck
        | PacketTypes.AddAddr4Echo | PacketTypes.AddAddr6Echo;

    /// <summary>What is known of flows with MPTCP only.</summary>
    private static readonly ConditionKind[] s_mptcpConditions =
    [
        ConditionKind.DataSequence, ConditionKind.Token, ConditionKind.Subflow, ConditionKind.Subflows, ConditionKind.Backup,
        ConditionKind.AddressId, ConditionKind.Version, ConditionKind.BucketConnection,
    ];

    /// <summary>Compiles a document that <see cref="PolicyValidator"/> finds nothing wrong with.</summary>
    /// <param name="document">The document.</param>
    /// <param name="environment">The gateway it is meant for.</param>
    /// <param name="limits">What the result may come to.</param>
    /// <param name="capture">Packets to capture beside; every packet runs the same chain as without.</param>
    public static CompileResult Compile(
        PolicyDocument document, PolicyEnvironment environment, CompilerLimits limits, Selector? capture = null)
    {
        var errors = new List<PolicyError>();
        CheckCounts(document, limits, errors);
        List<RankedTerm> terms = CaptureTerms.Add(Rank(document, environment, limits, errors), capture, document, environment, limits, errors);
        return errors.Count > 0 ? new CompileResult(null, errors) : Build(document, environment, terms, limits);
    }

    private static void CheckCounts(PolicyDocument document, CompilerLimits limits, List<PolicyError> errors)
    {
        if (document.Chains.Count > limits.Chains)
        {
            errors.Add(Error("chains", $"The policy has {document.Chains.Count} chains; the limit is {limits.Chains}.", "Join chains with the same actors by any."));
        }

        for (int i = 0; i < document.Chains.Count; i++)
        {
            if (document.Chains[i].Actors.Count > limits.ActorsPerChain)
            {
                errors.Add(Error($"chains[{i}].actors", $"The chain has {document.Chains[i].Actors.Count} actors; the limit is {limits.ActorsPerChain}.", "Remove actors."));
            }
        }
    }

    private static List<RankedTerm> Rank(
        PolicyDocument document, PolicyEnvironment environment, CompilerLimits limits, List<PolicyError> errors)
    {
        var terms = new List<RankedTerm>();
        int largest = 0;
        int largestCount = 0;
        foreach (int chain in Enumerable.Range(0, document.Chains.Count).OrderByDescending(i => document.Chains[i].Priority))
        {
            try
            {
                Disjunction expanded = SelectorExpansion.Expand(document.Chains[chain], environment);
                int before = terms.Count;
                terms.AddRange(expanded.General.Select(literals => new RankedTerm(chain, literals, null)));
                terms.AddRange(expanded.Exact.Select(exact => new RankedTerm(chain, exact.Key, exact.Value)));
                if (terms.Count == before)
                {
                    errors.Add(Error($"chains[{chain}].select", $"No packet can match the chain {document.Chains[chain].Name}.", "Look for selectors under all that exclude each other."));
                }

                int conditions = terms.Skip(before).Select(t => t.Literals.Conditions.Conditions.Count).DefaultIfEmpty(0).Max();
                if (conditions > CompilerLimits.ConditionsPerTerm)
                {
                    errors.Add(Error($"chains[{chain}].select", $"The expression asks for {conditions} conditions on flow and packet at once; the limit is {CompilerLimits.ConditionsPerTerm}.", "Leave some out, or put them in a chain with a higher priority."));
                }

                if (terms.Count - before > largestCount)
                {
                    (largest, largestCount) = (chain, terms.Count - before);
                }
            }
            catch (TermLimitException exception)
            {
                errors.Add(Error($"chains[{chain}].select", $"The expression comes to {exception.Terms} or more conjunctions; the limit for the whole policy is {limits.Terms}.", "Put exceptions in a chain with a higher priority instead of under not."));
            }
        }

        if (terms.Count > limits.Terms)
        {
            errors.Add(Error("chains", $"The policy comes to {terms.Count} conjunctions; the limit is {limits.Terms}.", $"Simplify the chain {document.Chains[largest].Name}, which has {largestCount} of them: join addresses and ports in lists."));
        }

        return terms;
    }

    private static CompileResult Build(PolicyDocument document, PolicyEnvironment environment, List<RankedTerm> terms, CompilerLimits limits)
    {
        var errors = new List<PolicyError>();
        ValueList<string>[] operators = [.. document.Chains.Select(OperatorsOf)];
        var vectors = new VectorTable();
        List<CompiledPrefix> prefixes = PrefixTableBuilder.Build(terms, vectors);
        CompiledPortClasses sourcePorts = PortClassBuilder.Build(terms, literals => literals.SourcePorts, vectors);
        CompiledPortClasses destinationPorts = PortClassBuilder.Build(terms, literals => literals.DestinationPorts, vectors);
        ImmutableArray<ushort> places = Vectors(terms, vectors, 2 * PolicyEnvironment.MaxPorts, (literals, place) => literals.Places.Contains(place));
        ImmutableArray<ushort> directions = Vectors(terms, vectors, 3, (literals, direction) => ((int)literals.Directions >> direction & 1) != 0);
        var exact = new ExactTableBuilder(terms);
        ImmutableArray<ExactRule4> rules4 = exact.BuildIPv4();
        ImmutableArray<ExactRule6> rules6 = exact.BuildIPv6();

        CheckSize("different vectors", vectors.Count, limits.Vectors, "Use fewer prefixes and port ranges that overlap in different ways.");
        CheckSize("prefixes", prefixes.Count, limits.Prefixes, "Use shorter prefixes.");
        CheckSize("exact rules", rules4.Length + rules6.Length, limits.ExactRules, "Use prefixes for groups of subflows.");
        if (exact.Overfull is { } overfull)
        {
            string names = string.Join(", ", overfull.Terms.Select(t => terms[t].ChainIndex).Where(c => c >= 0).Select(c => document.Chains[c].Name).Distinct());
            ExactTuple tuple = overfull.Tuple;
            errors.Add(Error("chains", $"The subflow {IpPrefix.Host(tuple.Family, tuple.Source)} port {tuple.SourcePort} to {IpPrefix.Host(tuple.Family, tuple.Destination)} port {tuple.DestinationPort} has {overfull.Terms.Count} conjunctions; the limit is {CompilerLimits.TermsPerExactRule}.", $"Join some of the chains {names}."));
        }

        return errors.Count > 0
            ? new CompileResult(null, errors)
            : new CompileResult(
                new CompiledPolicy
                {
                    Chains = [.. document.Chains.Select((c, i) => new CompiledChain(c.Name, c.Priority, c.Actors, operators[i]))],
                    Terms = [.. terms.Select(t => new CompiledTerm(t.ChainIndex, t.Literals.Packet.Any, t.Literals.Packet.All, t.Literals.Packet.None, ValueList.From(t.Literals.Conditions.Conditions)) { Captures = t.Captures })],
                    Vectors = vectors.ToImmutable(),
                    Prefixes4 = [.. prefixes.Where(p => p.Prefix.Family == IpFamily.IPv4)],
                    Prefixes6 = [.. prefixes.Where(p => p.Prefix.Family == IpFamily.IPv6)],
                    SourcePorts = sourcePorts,
                    DestinationPorts = destinationPorts,
                    PlaceVectors = places,
                    DirectionVectors = directions,
                    ExactRules4 = rules4,
                    ExactRules6 = rules6,
                    ExactLists = exact.Lists,
                    TracksPlainTcp = terms.Exists(t => CanMatchPlainTcp(t.Literals)),
                    TracksData = terms.Exists(t => t.Literals.Conditions.Conditions.Any(c => c.Kind is ConditionKind.DataSequence or ConditionKind.Bytes))
                        || operators.Any(o => o.Count > 0),
                    Captures = terms.Exists(t => t.Captures),
                    Operators = operators.SelectMany(o => o).Distinct().ToImmutableDictionary(name => name, name => environment.Operators[name]),
                },
                []);

        void CheckSize(string what, int count, int limit, string hint)
        {
            if (count > limit)
            {
                errors.Add(Error("chains", $"The policy comes to {count} {what}; the limit is {limit}.", hint));
            }
        }
    }

    private static ValueList<string> OperatorsOf(Chain chain)
    {
        var names = new SortedSet<string>(chain.Actors.OfType<CustomActor>().Select(a => a.Operator), StringComparer.Ordinal);
        if (chain.Select is { } select)
        {
            AddOperators(select, names);
        }

        return ValueList.From(names);
    }

    private static void AddOperators(Selector selector, SortedSet<string> names)
    {
        if (selector is CustomSelector custom)
        {
            names.Add(custom.Operator);
        }
        else if (selector is NotSelector not)
        {
            AddOperators(not.Selector, names);
        }
        else if (SelectorPath.ListOf(selector) is { } list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                AddOperators(list[i], names);
            }
        }
    }

    /// <summary>A vector for each value of a field with few values.</summary>
    private static ImmutableArray<ushort> Vectors(
        List<RankedTerm> terms, VectorTable vectors, int values, Func<Conjunction, int, bool> holds)
    {
        ushort[] numbers = new ushort[values];
        for (int value = 0; value < values; value++)
        {
            ulong[] vector = new ulong[CompiledPolicy.VectorWords];
            for (int term = 0; term < terms.Count; term++)
            {
                vector[term >> 6] |= holds(terms[term].Literals, value) ? 1ul << (term & 63) : 0;
            }

            numbers[value] = vectors.Add(vector);
        }

        return [.. numbers];
    }

    private static bool CanMatchPlainTcp(Conjunction literals) =>
        (literals.Packet.All & MptcpTypes) == 0
        && (literals.Packet.None & PacketTypes.PlainTcp) == 0
        && (literals.Packet.Any == 0 || (literals.Packet.Any & ~MptcpTypes) != 0)
        && literals.Conditions.Conditions.All(c => c.IsNegated || !s_mptcpConditions.Contains(c.Kind));

    private static PolicyError Error(string path, string message, string hint) => new(path, 0, 0, message, hint);
}
