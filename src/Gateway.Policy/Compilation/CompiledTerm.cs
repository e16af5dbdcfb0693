using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>
/// The part of one conjunction that is checked on each packet: the packet's types must hold one of
/// <paramref name="Any"/> (unless that is empty), every one of <paramref name="All"/> and none of
/// <paramref name="None"/>, and every condition must hold.
/// </summary>
/// <param name="ChainIndex">The chain it belongs to: an index of <see cref="CompiledPolicy.Chains"/>; -1 for a term that only captures.</param>
/// <param name="Any">At least one of these, or empty.</param>
/// <param name="All">Every one of these.</param>
/// <param name="None">Not one of these.</param>
/// <param name="Conditions">At most <see cref="CompilerLimits.ConditionsPerTerm"/>.</param>
public readonly record struct CompiledTerm(
    int ChainIndex, PacketTypes Any, PacketTypes All, PacketTypes None, ValueList<FlowCondition> Conditions)
{
    /// <summary>Whether its packets are captured.</summary>
    public bool Captures { get; init; }

    /// <summary>Whether a packet of these types meets the term's masks and conditions.</summary>
    public bool Accepts(PacketTypes types, FlowFacts? facts)
    {
        if ((Any != 0 && (types & Any) == 0) || (types & All) != All || (types & None) != 0)
        {
            return false;
        }

        foreach (FlowCondition condition in Conditions)
        {
            if (!condition.Holds(facts))
            {
                return false;
            }
        }

        return true;
    }
}
