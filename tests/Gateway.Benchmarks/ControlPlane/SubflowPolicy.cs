using Gateway.V1;

namespace Gateway.Benchmarks.ControlPlane;

/// <summary>Policies of one chain with many exact subflows, IPv4, all different, as a fleet tool would send them.</summary>
internal static class SubflowPolicy
{
    internal const string Chain = "subflows";

    /// <summary>A policy of so many subflows; another seed shares none of them.</summary>
    internal static V1.Policy Of(int count, int seed = 0)
    {
        var subflows = new SelectorList();
        subflows.Selectors.Capacity = count;
        for (int i = 0; i < count; i++)
        {
            subflows.Selectors.Add(new Selector
            {
                Subflow = new SubflowSelector
                {
                    Src = $"10.{(i >> 16) & 255}.{(i >> 8) & 255}.{i & 255}",
                    SrcPort = (uint)(40000 + seed),
                    Dst = "198.51.100.2",
                    DstPort = 5201,
                },
            });
        }

        return new V1.Policy
        {
            Name = "bench",
            Chains =
            {
                new Chain
                {
                    Name = Chain,
                    Priority = 1,
                    Hooks = { Hook.Ingress, Hook.Egress },
                    Select = new Selector { Any = subflows },
                    Actors = { new Actor { Count = new CountActor() } },
                },
            },
        };
    }
}
