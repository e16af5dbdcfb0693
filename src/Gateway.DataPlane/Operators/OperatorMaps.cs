using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>
/// Loads operators alone, without any packet program: that makes the maps of a new one, and has the verifier refuse it in a
/// moment and with few words. One that is replaced hands over the maps that look the same, with what is in them.
/// </summary>
internal static class OperatorMaps
{
    /// <summary>Bytes of keys and values an operator's maps may take together, on each CPU where they are per CPU.</summary>
    private const ulong MaxBytes = 64ul << 20;

    private static readonly BpfMapType[] s_types =
    [
        BpfMapType.Hash, BpfMapType.Array, BpfMapType.PerCpuHash, BpfMapType.PerCpuArray, BpfMapType.LruHash, BpfMapType.LruPerCpuHash,
        BpfMapType.LpmTrie, BpfMapType.RingBuffer, BpfMapType.Queue, BpfMapType.Stack,
    ];

    /// <summary>Opens or creates the maps that a slot's operator declares.</summary>
    /// <param name="images">The programs with it linked in, of which the one that only calls operators is loaded.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="shared">The gateway's maps.</param>
    /// <param name="others">Maps of other operators.</param>
    /// <param name="before">Maps of the operator it replaces.</param>
    /// <returns>By linked name; those that are not of <paramref name="before"/> are new and not pinned.</returns>
    /// <exception cref="DataPlaneException">InvalidArgument: a map of a kind or size that an operator may not have.</exception>
    /// <exception cref="BpfException">The verifier refuses it.</exception>
    internal static Dictionary<string, BpfMap> Create(
        ProgramImages images, int slot, SharedMaps shared, IReadOnlyDictionary<string, BpfMap> others, IReadOnlyDictionary<string, BpfMap> before)
    {
        var maps = new Dictionary<string, BpfMap>(StringComparer.Ordinal);
        using BpfObjectSpec spec = PacketPrograms.OpenOperators(images);
        string prefix = OperatorObject.Prefix(slot);
        BpfMapSpec[] own = [.. spec.Maps.Values.Where(m => !m.IsInternal && m.Name.StartsWith(prefix, StringComparison.Ordinal))];
        Check(own, prefix);
        foreach (BpfMapSpec map in spec.Maps.Values.Where(m => !m.IsInternal))
        {
            BpfMap? existing = own.Contains(map)
                ? before.TryGetValue(map.Name, out BpfMap? kept) && IsSame(kept, map) ? kept : null
                : map.Name == PacketPrograms.TransmitMap ? shared.Transmit(frags: true) : others.GetValueOrDefault(map.Name) ?? shared[map.Name];
            if (existing is not null)
            {
                map.Reuse(existing);
            }

            if (existing is not null && own.Contains(map))
            {
                maps.Add(map.Name, existing);
            }
        }

        string[] created = [.. own.Select(m => m.Name).Where(name => !maps.ContainsKey(name))];
        using BpfObject loaded = spec.Load();
        foreach (string name in created)
        {
            maps.Add(name, BpfMap.OpenById(loaded.Map(name).Info.Id));
        }

        return maps;
    }

    private static bool IsSame(BpfMap map, BpfMapSpec declared) =>
        map.Type == declared.Type && map.KeySize == declared.KeySize && map.ValueSize == declared.ValueSize
        && map.MaxEntries == declared.MaxEntries && map.Info.Flags == declared.Flags;

    private static void Check(BpfMapSpec[] maps, string prefix)
    {
        if (maps.FirstOrDefault(m => !s_types.Contains(m.Type)) is { } strange)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument,
                $"The operator's map '{strange.Name[prefix.Length..]}' is of type {strange.Type}; it may have {string.Join(", ", s_types)}.");
        }

        ulong bytes = maps.Aggregate(0ul, (sum, m) => sum + (m.MaxEntries * (ulong)Math.Max(1, m.KeySize + m.ValueSize)));
        if (bytes > MaxBytes)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument,
                $"The operator's maps take {bytes} bytes, and {MaxBytes} are possible: lower max_entries.");
        }
    }
}
