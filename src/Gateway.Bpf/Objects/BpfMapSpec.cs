using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Blueprint of one map of a <see cref="BpfObjectSpec"/>.</summary>
public sealed class BpfMapSpec
{
    private readonly BpfObjectSpec _owner;

    internal BpfMapSpec(BpfObjectSpec owner, nint pointer)
    {
        _owner = owner;
        Pointer = pointer;
        IsInternal = Libbpf.bpf_map__is_internal(pointer);
        string name = NativeText.Read(Libbpf.bpf_map__name(pointer));
        Name = IsInternal ? SectionOf(name) : name;
    }

    /// <summary>The C variable's name, or the section's name for global variables.</summary>
    public string Name { get; }

    /// <summary>Whether libbpf made this map to hold global variables.</summary>
    public bool IsInternal { get; }

    /// <summary>The map's type.</summary>
    public BpfMapType Type => (BpfMapType)Libbpf.bpf_map__type(Open());

    /// <summary>Bytes of a key.</summary>
    public int KeySize => (int)Libbpf.bpf_map__key_size(Open());

    /// <summary>Bytes of a value.</summary>
    public int ValueSize => (int)Libbpf.bpf_map__value_size(Open());

    /// <summary>Capacity in entries, or in bytes for a ring buffer (a power of two times the page size).</summary>
    public uint MaxEntries
    {
        get => Libbpf.bpf_map__max_entries(Open());
        set => Check(Libbpf.bpf_map__set_max_entries(Open(), value), $"Sizing map '{Name}' for {value} entries");
    }

    /// <summary>The map's flags.</summary>
    public BpfMapFlags Flags
    {
        get => (BpfMapFlags)Libbpf.bpf_map__map_flags(Open());
        set => Check(Libbpf.bpf_map__set_map_flags(Open(), (uint)value), $"Setting the flags of map '{Name}'");
    }

    /// <summary>The template of the maps inside a map of maps; null for other maps.</summary>
    public BpfMapSpec? Inner =>
        Libbpf.bpf_map__inner_map(Open()) is var inner and not 0 ? new BpfMapSpec(_owner, inner) : null;

    internal nint Pointer { get; }

    /// <summary>Uses an existing map instead of creating one; its capacity and contents stay as they are.</summary>
    /// <param name="map">A map of the same type, key size and value size.</param>
    /// <exception cref="ArgumentException">The maps do not fit.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void Reuse(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Type != Type || map.KeySize != KeySize || map.ValueSize != ValueSize)
        {
            throw new ArgumentException(
                $"Map '{Name}' is declared as {Type} with {KeySize}-byte keys and {ValueSize}-byte values, but the existing map is "
                + $"{map.Type} with {map.KeySize} and {map.ValueSize}: remove the old map or load the matching object.",
                nameof(map));
        }

        Check(Libbpf.bpf_map__reuse_fd(Open(), map.Handle), $"Reusing map '{Name}'");
    }

    /// <summary>libbpf prefixes section maps with the object's name: "gateway.rodata".</summary>
    private static string SectionOf(string name) => name.StartsWith('.') ? name : name[Math.Max(0, name.LastIndexOf('.'))..];

    private static void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw BpfException.From(result, operation);
        }
    }

    private nint Open()
    {
        _owner.ThrowIfClosed();
        return Pointer;
    }
}
