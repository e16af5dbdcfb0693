using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>A compiled policy in the exact form of the kernel's tables: pure, touches no kernel object.</summary>
internal static class PolicyTables
{
    internal static (Abi.Chain[] Chains, Operand[] Operands) Chains(
        CompiledPolicy policy, IReadOnlyList<ChainSlots> slots, IReadOnlyDictionary<string, int> ports)
    {
        var operands = new OperandTable();
        var chains = new Abi.Chain[policy.Chains.Length];
        for (int c = 0; c < chains.Length; c++)
        {
            ValueList<Actor> actors = policy.Chains[c].Actors;
            if (actors.Count > Limits.MaxSteps)
            {
                throw new DataPlaneException(
                    DataPlaneErrorKind.InvalidArgument,
                    $"Chain '{policy.Chains[c].Name}' has {actors.Count} actors, and {Limits.MaxSteps} are possible: split it.");
            }

            chains[c].Steps = (ushort)actors.Count;
            chains[c].Stats = (ushort)slots[c].Slot;
            for (int s = 0; s < actors.Count; s++)
            {
                chains[c].Step[s] = ActorEncoding.Encode(actors[s], slots[c].Steps[s].Slot, ports, operands, policy.Operators);
            }
        }

        return (chains, operands.ToArray());
    }

    internal static Term[] Terms(CompiledPolicy policy)
    {
        var terms = new Term[policy.Terms.Length];
        for (int t = 0; t < terms.Length; t++)
        {
            CompiledTerm term = policy.Terms[t];
            terms[t].Any = (uint)term.Any;
            terms[t].All = (uint)term.All;
            terms[t].None = (uint)term.None;
            terms[t].Chain = (uint)(term.ChainIndex < 0 ? Match.NoChain : (Match)term.ChainIndex) | (uint)(term.Captures ? Match.Capture : 0);
            terms[t].Conditions = (uint)term.Conditions.Count;
            for (int c = 0; c < term.Conditions.Count; c++)
            {
                FlowCondition condition = term.Conditions[c];
                terms[t].Condition[c] = new Condition
                {
                    Kind = (byte)condition.Kind,
                    Negate = condition.IsNegated ? (byte)1 : (byte)0,
                    Parameter = condition.Parameter,
                    Low = condition.Range.First,
                    High = condition.Range.Last,
                };
            }
        }

        return terms;
    }

    internal static Vector[] Vectors(CompiledPolicy policy)
    {
        var vectors = new Vector[policy.Vectors.Length];
        for (int v = 0; v < vectors.Length; v++)
        {
            policy.Vectors[v].AsSpan().CopyTo(vectors[v].Word[..]);
        }

        return vectors;
    }

    internal static (Prefix4[] Keys, PrefixClass[] Values) Prefixes4(CompiledPolicy policy)
    {
        var keys = new Prefix4[policy.Prefixes4.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            IpPrefix prefix = policy.Prefixes4[i].Prefix;
            keys[i] = new Prefix4 { Length = prefix.Length, Address = Wire((uint)prefix.Address) };
        }

        return (keys, Classes(policy.Prefixes4));
    }

    internal static (Prefix6[] Keys, PrefixClass[] Values) Prefixes6(CompiledPolicy policy)
    {
        var keys = new Prefix6[policy.Prefixes6.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            IpPrefix prefix = policy.Prefixes6[i].Prefix;
            keys[i].Length = prefix.Length;
            BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(keys[i].Address[..]), prefix.Address);
        }

        return (keys, Classes(policy.Prefixes6));
    }

    /// <summary>Source ports in the first half, destination ports in the second.</summary>
    internal static PortBlock[] PortClasses(CompiledPolicy policy)
    {
        const int BlocksPerSide = 65536 / Limits.PortBlock;
        var blocks = new PortBlock[2 * BlocksPerSide];
        for (int port = 0; port < 65536; port++)
        {
            int block = port / Limits.PortBlock;
            blocks[block].Vector[port % Limits.PortBlock] = policy.SourcePorts.VectorOf((ushort)port);
            blocks[BlocksPerSide + block].Vector[port % Limits.PortBlock] = policy.DestinationPorts.VectorOf((ushort)port);
        }

        return blocks;
    }

    internal static Places Places(CompiledPolicy policy)
    {
        var places = default(Places);
        policy.PlaceVectors.AsSpan().CopyTo(places.Where[..]);
        policy.DirectionVectors.AsSpan().CopyTo(places.Direction[..]);
        return places;
    }

    internal static (RuleKey4[] Keys, uint[] Values) Rules4(CompiledPolicy policy)
    {
        ImmutableArray<ExactRule4> rules = policy.ExactRules4;
        var keys = new RuleKey4[rules.Length];
        uint[] values = new uint[rules.Length];
        for (int i = 0; i < rules.Length; i++)
        {
            keys[i] = new RuleKey4
            {
                Source = Wire(rules[i].Source),
                Destination = Wire(rules[i].Destination),
                SourcePort = Wire(rules[i].SourcePort),
                DestinationPort = Wire(rules[i].DestinationPort),
            };
            values[i] = (uint)rules[i].List;
        }

        return (keys, values);
    }

    internal static (RuleKey6[] Keys, uint[] Values) Rules6(CompiledPolicy policy)
    {
        ImmutableArray<ExactRule6> rules = policy.ExactRules6;
        var keys = new RuleKey6[rules.Length];
        uint[] values = new uint[rules.Length];
        for (int i = 0; i < rules.Length; i++)
        {
            keys[i].SourcePort = Wire(rules[i].SourcePort);
            keys[i].DestinationPort = Wire(rules[i].DestinationPort);
            BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(keys[i].Source[..]), rules[i].Source);
            BinaryPrimitives.WriteUInt128BigEndian(MemoryMarshal.AsBytes(keys[i].Destination[..]), rules[i].Destination);
            values[i] = (uint)rules[i].List;
        }

        return (keys, values);
    }

    internal static TermList[] TermLists(CompiledPolicy policy)
    {
        var lists = new TermList[policy.ExactLists.Length];
        for (int i = 0; i < lists.Length; i++)
        {
            lists[i].Count = (ushort)policy.ExactLists[i].Length;
            policy.ExactLists[i].AsSpan().CopyTo(lists[i].Term[..]);
        }

        return lists;
    }

    /// <summary>The ports of a hook at which some term can match.</summary>
    internal static ulong PortMask(CompiledPolicy policy, Abi.Hook hook)
    {
        ulong mask = 0;
        for (int port = 0; port < Limits.MaxPorts; port++)
        {
            ushort vector = policy.PlaceVectors[((int)hook * Limits.MaxPorts) + port];
            mask |= policy.Vectors[vector].AsSpan().ContainsAnyExcept(0ul) ? 1ul << port : 0;
        }

        return mask;
    }

    private static PrefixClass[] Classes(ImmutableArray<CompiledPrefix> prefixes) =>
        [.. prefixes.Select(p => new PrefixClass { Source = p.SourceVector, Destination = p.DestinationVector })];

    private static uint Wire(uint number) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    private static ushort Wire(ushort number) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(number) : number;
}
