using System.Numerics;
using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>
/// What a term asks of a packet's types: one of <paramref name="Any"/> (when not empty), every one of
/// <paramref name="All"/>, none of <paramref name="None"/>. Kept minimal: the three are disjoint, and Any has no or
/// at least two types and is empty when All already satisfies it.
/// </summary>
internal readonly record struct PacketCondition(PacketTypes Any, PacketTypes All, PacketTypes None)
{
    public static PacketCondition OneOf(PacketTypes types) => new(types, 0, 0);

    public static PacketCondition NoneOf(PacketTypes types) => new(0, 0, types);

    /// <summary>
    /// The conjunction as a disjunction of conditions: none when it is a contradiction, several when it asks for one
    /// type each of two sets.
    /// </summary>
    public static IEnumerable<PacketCondition> And(PacketCondition a, PacketCondition b)
    {
        PacketTypes all = a.All | b.All;
        PacketTypes none = a.None | b.None;
        PacketTypes first = a.Any & ~none;
        PacketTypes second = b.Any & ~none;
        if ((all & none) != 0 || (a.Any != 0 && first == 0) || (b.Any != 0 && second == 0))
        {
            yield break;
        }

        Settle(ref first, ref all);
        Settle(ref second, ref all);
        // The second may have settled what the first asks for.
        Settle(ref first, ref all);
        if (first == 0 || second == 0 || (first & second) == first || (first & second) == second)
        {
            PacketTypes narrow = first == 0 ? second : second == 0 || (first & second) == first ? first : second;
            yield return new PacketCondition(narrow, all, none);
            yield break;
        }

        (PacketTypes split, PacketTypes kept) =
            BitOperations.PopCount((uint)first) <= BitOperations.PopCount((uint)second) ? (first, second) : (second, first);
        for (uint rest = (uint)split; rest != 0; rest &= rest - 1)
        {
            var type = (PacketTypes)(rest & ~(rest - 1));
            yield return new PacketCondition((type & kept) != 0 ? 0 : kept, all | type, none);
        }
    }

    /// <summary>One condition for both, where one can say it.</summary>
    public static PacketCondition? TryUnite(PacketCondition a, PacketCondition b)
    {
        if (a.Covers(b))
        {
            return a;
        }

        if (b.Covers(a))
        {
            return b;
        }

        return a.None == b.None && a.IsOneOf && b.IsOneOf ? new PacketCondition(a.Any | a.All | b.Any | b.All, 0, a.None) : null;
    }

    /// <summary>Whether every packet that meets the other condition meets this one.</summary>
    public bool Covers(PacketCondition other) =>
        (All & ~other.All) == 0
        && (None & ~other.None) == 0
        && (Any == 0 || (Any & other.All) != 0 || (other.Any != 0 && (other.Any & ~Any) == 0));

    private bool IsOneOf => All == 0 ? Any != 0 : Any == 0 && BitOperations.IsPow2((uint)All);

    private static void Settle(ref PacketTypes any, ref PacketTypes all)
    {
        if (BitOperations.IsPow2((uint)any))
        {
            all |= any;
        }

        if ((any & all) != 0)
        {
            any = 0;
        }
    }
}
