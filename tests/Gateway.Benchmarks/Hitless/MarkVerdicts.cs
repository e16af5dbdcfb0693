using Gateway.Benchmarks.Traffic;

namespace Gateway.Benchmarks.Hitless;

/// <summary>Which policy each packet met.</summary>
internal sealed class MarkVerdicts
{
    /// <summary>Packets that met the first policy, whole.</summary>
    internal long First { get; private set; }

    /// <summary>Packets that met the second policy, whole.</summary>
    internal long Second { get; private set; }

    /// <summary>Packets that met no policy at ingress, or a mark of the wrong chain: tables of two policies were mixed.</summary>
    internal long Mixed { get; private set; }

    /// <summary>Packets that met one policy at ingress and the other at egress.</summary>
    internal long BetweenHooks { get; private set; }

    /// <summary>Judges a packet.</summary>
    internal void Look(Syn syn)
    {
        bool even = syn.Port % 2 == 0;
        bool first = syn.Dscp == (even ? SwapPolicies.FirstEven : SwapPolicies.FirstOdd);
        bool second = syn.Dscp == (even ? SwapPolicies.SecondEven : SwapPolicies.SecondOdd);
        if (!first && !second)
        {
            Mixed++;
        }
        else if (first == syn.Multipath)
        {
            BetweenHooks++;
        }
        else if (first)
        {
            First++;
        }
        else
        {
            Second++;
        }
    }
}
