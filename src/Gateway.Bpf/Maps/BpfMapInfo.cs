namespace Gateway.Bpf;

/// <summary>What the kernel knows of a map (struct bpf_map_info).</summary>
/// <param name="Id">Kernel-wide id.</param>
/// <param name="Type">Map type.</param>
/// <param name="Name">At most 15 characters of the name.</param>
/// <param name="KeySize">Bytes of a key.</param>
/// <param name="ValueSize">Bytes of a value (of one CPU, for per-CPU maps).</param>
/// <param name="MaxEntries">Capacity in entries; in bytes for ring buffers.</param>
/// <param name="Flags">Creation flags.</param>
public sealed record BpfMapInfo(
    uint Id, BpfMapType Type, string Name, int KeySize, int ValueSize, uint MaxEntries, BpfMapFlags Flags);
