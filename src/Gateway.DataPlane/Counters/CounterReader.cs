using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Sums the per-CPU counters.</summary>
internal static class CounterReader
{
    internal static CounterSnapshot Read(SharedMaps maps, IReadOnlyList<ChainSlots> chains, IEnumerable<PortRecord> ports, IReadOnlyDictionary<int, ulong> injected)
    {
        List<PortHookCounters> portCounters = [.. ports.SelectMany(p => new[] { ReadHook(maps, p, Hook.Ingress), ReadHook(maps, p, Hook.Egress) })];
        List<ChainCounters> chainCounters = [.. chains.Select(c => ReadChain(maps, c, injected))];
        ulong lost = 0;
        foreach (IReadOnlyList<ReasonCount> reasons in portCounters.Select(p => p.Reasons)
            .Concat(chainCounters.SelectMany(c => c.Actors).Select(a => a.Reasons)))
        {
            foreach (ReasonCount count in reasons)
            {
                lost += count.Reason == Reason.EventLost ? count.Packets : 0;
            }
        }

        return new CounterSnapshot(chainCounters, portCounters, lost);
    }

    private static PortHookCounters ReadHook(SharedMaps maps, PortRecord port, Hook hook)
    {
        ulong packets = 0;
        ulong bytes = 0;
        Span<ulong> reasons = stackalloc ulong[Limits.Reasons];
        reasons.Clear();
        foreach (PortStats cpu in maps.PortCounters.LookupPerCpu<uint, PortStats>(((uint)port.Index * 2) + (uint)hook) ?? [])
        {
            packets += cpu.Packets;
            bytes += cpu.Bytes;
            Add(reasons, cpu.Reasons[..]);
        }

        return new PortHookCounters(port.Nic, hook, packets, bytes, List(reasons));
    }

    private static ChainCounters ReadChain(SharedMaps maps, ChainSlots chain, IReadOnlyDictionary<int, ulong> injected)
    {
        ulong packets = 0;
        ulong bytes = 0;
        foreach (ChainStats cpu in maps.ChainCounters.LookupPerCpu<uint, ChainStats>((uint)chain.Slot) ?? [])
        {
            packets += cpu.Packets;
            bytes += cpu.Bytes;
        }

        return new ChainCounters(
            chain.Name, packets, bytes, [.. chain.Steps.Select((step, i) => new ActorCounters(i, step.Actor, ReadStep(maps, step.Slot, injected)))]);
    }

    private static List<ReasonCount> ReadStep(SharedMaps maps, int slot, IReadOnlyDictionary<int, ulong> injected)
    {
        Span<ulong> reasons = stackalloc ulong[Limits.Reasons];
        reasons.Clear();
        foreach (StepStats cpu in maps.StepCounters.LookupPerCpu<uint, StepStats>((uint)slot) ?? [])
        {
            Add(reasons, cpu.Reasons[..]);
        }

        reasons[(int)Reason.Injected] += injected.GetValueOrDefault(slot);
        return List(reasons);
    }

    private static void Add(Span<ulong> sums, ReadOnlySpan<ulong> values)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }

    private static List<ReasonCount> List(ReadOnlySpan<ulong> sums)
    {
        var counts = new List<ReasonCount>();
        for (int i = 0; i < sums.Length; i++)
        {
            if (sums[i] != 0)
            {
                counts.Add(new ReasonCount((Reason)i, sums[i]));
            }
        }

        return counts;
    }
}
