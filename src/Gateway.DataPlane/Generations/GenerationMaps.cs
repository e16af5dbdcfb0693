using System.Runtime.ExceptionServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>The inner maps of one generation, filled before any packet sees them.</summary>
internal sealed class GenerationMaps : IDisposable
{
    /// <summary>Fewer entries are written by one CPU.</summary>
    private const int ParallelEntries = 1 << 16;

    private readonly List<(string Outer, BpfMap Inner)> _maps = [];

    /// <summary>Names of the outer maps: each holds one inner map per generation.</summary>
    internal static IReadOnlyList<string> OuterNames { get; } =
    [
        "gw_chains", "gw_operands", "gw_terms", "gw_vectors", "gw_prefixes4", "gw_prefixes6", "gw_port_classes", "gw_places", "gw_rules4",
        "gw_rules6", "gw_term_lists",
    ];

    /// <summary>Creates and fills the tables of a policy, each exactly as large as it must be.</summary>
    internal static GenerationMaps Create(CompiledPolicy policy, IReadOnlyList<ChainSlots> slots, IReadOnlyDictionary<string, int> ports)
    {
        var maps = new GenerationMaps();
        try
        {
            (Abi.Chain[] chains, Operand[] operands) = PolicyTables.Chains(policy, slots, ports);
            maps.AddArray("gw_chains", chains, Limits.MaxChains, BpfMapFlags.None);
            maps.AddArray("gw_operands", operands);
            maps.AddArray("gw_terms", PolicyTables.Terms(policy));
            maps.AddArray("gw_vectors", PolicyTables.Vectors(policy));
            (Prefix4[] prefixes4, PrefixClass[] classes4) = PolicyTables.Prefixes4(policy);
            maps.AddKeyed(BpfMapType.LpmTrie, "gw_prefixes4", prefixes4, classes4, BpfMapFlags.NoPreallocation);
            (Prefix6[] prefixes6, PrefixClass[] classes6) = PolicyTables.Prefixes6(policy);
            maps.AddKeyed(BpfMapType.LpmTrie, "gw_prefixes6", prefixes6, classes6, BpfMapFlags.NoPreallocation);
            maps.AddArray("gw_port_classes", PolicyTables.PortClasses(policy));
            maps.AddArray("gw_places", (Places[])[PolicyTables.Places(policy)]);
            (RuleKey4[] rules4, uint[] lists4) = PolicyTables.Rules4(policy);
            maps.AddKeyed(BpfMapType.Hash, "gw_rules4", rules4, lists4, BpfMapFlags.None);
            (RuleKey6[] rules6, uint[] lists6) = PolicyTables.Rules6(policy);
            maps.AddKeyed(BpfMapType.Hash, "gw_rules6", rules6, lists6, BpfMapFlags.None);
            maps.AddArray("gw_term_lists", PolicyTables.TermLists(policy));
            return maps;
        }
        catch
        {
            maps.Dispose();
            throw;
        }
    }

    /// <summary>Puts every table into its outer map, which keeps it from then on.</summary>
    internal void Enter(SharedMaps shared, uint slot)
    {
        Together(_maps, map => shared[map.Outer].UpdateInner(slot, map.Inner));
    }

    /// <summary>Takes every table of a slot out of the outer maps.</summary>
    internal static void Leave(SharedMaps shared, uint slot)
    {
        Together(OuterNames, outer => shared[outer].Delete(slot));
    }

    public void Dispose()
    {
        foreach ((_, BpfMap inner) in _maps)
        {
            inner.Dispose();
        }
    }

    /// <summary>
    /// Each change of a map of maps waits until no program uses what was there; made at the same time, all wait once. Threads
    /// of their own: those of the pool come too slowly for calls that block.
    /// </summary>
    private static void Together<T>(IReadOnlyList<T> items, Action<T> change)
    {
        var failures = new Exception?[items.Count];
        Thread[] threads = [.. items.Select((item, i) => new Thread(() =>
        {
            try
            {
                change(item);
            }
#pragma warning disable CA1031 // Thrown again by the caller's thread.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failures[i] = failure;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (Array.Find(failures, failure => failure is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private void AddArray<T>(string outer, T[] values)
        where T : unmanaged =>
        AddArray(outer, values, values.Length, BpfMapFlags.InnerMap);

    private unsafe void AddArray<T>(string outer, T[] values, int entries, BpfMapFlags flags)
        where T : unmanaged
    {
        BpfMap map = Add(outer, BpfMapType.Array, sizeof(uint), sizeof(T), entries, flags);
        uint[] keys = new uint[values.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (uint)i;
        }

        map.UpdateBatch<uint, T>(keys, values);
    }

    private unsafe void AddKeyed<TKey, TValue>(BpfMapType type, string outer, TKey[] keys, TValue[] values, BpfMapFlags flags)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        BpfMap map = Add(outer, type, sizeof(TKey), sizeof(TValue), keys.Length, flags);
        if (type != BpfMapType.Hash || keys.Length < ParallelEntries)
        {
            map.UpdateBatch<TKey, TValue>(keys, values);
            return;
        }

        // Buckets of a hash map have locks of their own: each CPU writes a part.
        int part = (keys.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount;
        try
        {
            Parallel.For(0, Environment.ProcessorCount, i =>
            {
                int start = Math.Min(i * part, keys.Length);
                int count = Math.Min(part, keys.Length - start);
                map.UpdateBatch<TKey, TValue>(keys.AsSpan(start, count), values.AsSpan(start, count));
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    private BpfMap Add(string outer, BpfMapType type, int keySize, int valueSize, int count, BpfMapFlags flags)
    {
        BpfMap map = BpfMap.Create(type, outer, keySize, valueSize, (uint)Math.Max(count, 1), flags);
        _maps.Add((outer, map));
        return map;
    }
}
