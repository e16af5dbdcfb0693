using System.Collections.Immutable;

namespace Gateway.Policy;

/// <summary>
/// What the kernel's classifier needs. A term is a conjunction; its index is its rank, a lower one wins. For a packet
/// the terms left are the AND of five vectors, found by source address, destination address, source port, destination
/// port, place (hook and port) and direction; the terms of an exact rule for the 4-tuple are left when the vectors of
/// place and direction have them. Of these the first whose masks accept the packet's types names the chain.
/// </summary>
public sealed class CompiledPolicy
{
    internal CompiledPolicy()
    {
    }

    /// <summary>64-bit words of a vector: bit t is bit (t &amp; 63) of word t >> 6.</summary>
    public const int VectorWords = CompilerLimits.VectorBits / 64;

    /// <summary>The chains, in the order of the document.</summary>
    public required ImmutableArray<CompiledChain> Chains { get; init; }

    /// <summary>The terms, by rank.</summary>
    public required ImmutableArray<CompiledTerm> Terms { get; init; }

    /// <summary>The different vectors, <see cref="VectorWords"/> words each; the first has no bit set.</summary>
    public required ImmutableArray<ImmutableArray<ulong>> Vectors { get; init; }

    /// <summary>The IPv4 prefix table, sorted; starts with 0.0.0.0/0.</summary>
    public required ImmutableArray<CompiledPrefix> Prefixes4 { get; init; }

    /// <summary>The IPv6 prefix table, sorted; starts with ::/0.</summary>
    public required ImmutableArray<CompiledPrefix> Prefixes6 { get; init; }

    /// <summary>Vectors by source port.</summary>
    public required CompiledPortClasses SourcePorts { get; init; }

    /// <summary>Vectors by destination port.</summary>
    public required CompiledPortClasses DestinationPorts { get; init; }

    /// <summary>128 vectors by place: hook (ingress 0, egress 1) * 64 + port index.</summary>
    public required ImmutableArray<ushort> PlaceVectors { get; init; }

    /// <summary>3 vectors by <see cref="FlowDirection"/>.</summary>
    public required ImmutableArray<ushort> DirectionVectors { get; init; }

    /// <summary>Exact IPv4 rules, sorted, each 4-tuple once.</summary>
    public required ImmutableArray<ExactRule4> ExactRules4 { get; init; }

    /// <summary>Exact IPv6 rules, sorted, each 4-tuple once.</summary>
    public required ImmutableArray<ExactRule6> ExactRules6 { get; init; }

    /// <summary>
    /// Term indexes of exact rules, ascending, 1 to <see cref="CompilerLimits.TermsPerExactRule"/> each; each list once.
    /// </summary>
    public required ImmutableArray<ImmutableArray<ushort>> ExactLists { get; init; }

    /// <summary>Whether some term can match a packet without an MPTCP option.</summary>
    public required bool TracksPlainTcp { get; init; }

    /// <summary>Whether some condition asks how far the data sequence numbers of a connection are.</summary>
    public required bool TracksData { get; init; }

    /// <summary>Whether some term captures its packets.</summary>
    public bool Captures { get; init; }

    /// <summary>Custom operators that its chains use, as they were loaded when it was compiled.</summary>
    public required ImmutableDictionary<string, PolicyOperator> Operators { get; init; }

    /// <summary>Finds the chain of a packet as the kernel does.</summary>
    /// <returns>An index of <see cref="Chains"/>, or -1.</returns>
    public int Classify(in PolicyPacket packet) => FindTerm(packet) is var term && term < 0 ? -1 : Terms[term].ChainIndex;

    /// <summary>Finds the term of a packet as the kernel does.</summary>
    /// <returns>An index of <see cref="Terms"/>, or -1.</returns>
    public int FindTerm(in PolicyPacket packet)
    {
        (ushort source, ushort destination) = (LongestMatch(packet.Family, packet.Source).SourceVector, LongestMatch(packet.Family, packet.Destination).DestinationVector);
        ImmutableArray<ulong> place = Vectors[PlaceVectors[PlaceSet.IndexOf(packet.Hook, packet.PortIndex)]];
        ImmutableArray<ulong> direction = Vectors[DirectionVectors[(int)packet.Direction]];
        Span<ulong> left = stackalloc ulong[VectorWords];
        for (int word = 0; word < VectorWords; word++)
        {
            left[word] = Vectors[source][word] & Vectors[destination][word]
                & Vectors[SourcePorts.VectorOf(packet.SourcePort)][word]
                & Vectors[DestinationPorts.VectorOf(packet.DestinationPort)][word];
        }

        int list = FindExactList(packet);
        if (list >= 0)
        {
            foreach (ushort term in ExactLists[list])
            {
                left[term >> 6] |= 1ul << (term & 63);
            }
        }

        for (int term = 0; term < Terms.Length; term++)
        {
            ulong bit = 1ul << (term & 63);
            if ((left[term >> 6] & place[term >> 6] & direction[term >> 6] & bit) != 0 && Terms[term].Accepts(packet.Types, packet.Facts))
            {
                return term;
            }
        }

        return -1;
    }

    private CompiledPrefix LongestMatch(IpFamily family, UInt128 address)
    {
        CompiledPrefix longest = default;
        foreach (CompiledPrefix entry in family == IpFamily.IPv4 ? Prefixes4 : Prefixes6)
        {
            // Sorted: of those that hold the address the longest comes last.
            longest = entry.Prefix.Contains(family, address) ? entry : longest;
        }

        return longest;
    }

    private int FindExactList(in PolicyPacket packet)
    {
        if (packet.Family == IpFamily.IPv4)
        {
            int found = ExactRules4.AsSpan().BinarySearch(
                new ExactRule4((uint)packet.Source, (uint)packet.Destination, packet.SourcePort, packet.DestinationPort, 0));
            return found < 0 ? -1 : ExactRules4[found].List;
        }

        int index = ExactRules6.AsSpan().BinarySearch(
            new ExactRule6(packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort, 0));
        return index < 0 ? -1 : ExactRules6[index].List;
    }
}
