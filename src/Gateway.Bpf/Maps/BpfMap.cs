using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>
/// A map in the kernel, held by an owned descriptor. Keys and values are the exact bytes the programs see,
/// host byte order unless their declaration says otherwise. Element operations are thread-safe.
/// </summary>
public sealed unsafe partial class BpfMap : IDisposable
{
    internal BpfMap(BpfFd handle, string? name = null)
    {
        Handle = handle;
        Name = name ?? "";
        Info = ReadInfo();
        Name = name ?? Info.Name;
        ValueStride = IsPerCpu ? (ValueSize + 7) / 8 * 8 * PossibleCpus : ValueSize;
    }

    /// <summary>CPUs the kernel may ever have: the number of values of a per-CPU entry.</summary>
    public static int PossibleCpus { get; } = Libbpf.libbpf_num_possible_cpus();

    /// <summary>The C variable's name; from a pin or an id the kernel's first 15 characters of it.</summary>
    public string Name { get; }

    /// <summary>What the kernel knows of the map; constant over its life.</summary>
    public BpfMapInfo Info { get; }

    /// <summary>Kernel-wide id.</summary>
    public uint Id => Info.Id;

    /// <summary>The map's type.</summary>
    public BpfMapType Type => Info.Type;

    /// <summary>Bytes of a key.</summary>
    public int KeySize => Info.KeySize;

    /// <summary>Bytes of a value, of one CPU for per-CPU maps.</summary>
    public int ValueSize => Info.ValueSize;

    /// <summary>Capacity in entries; in bytes for ring buffers.</summary>
    public uint MaxEntries => Info.MaxEntries;

    /// <summary>Whether each entry has one value per possible CPU.</summary>
    public bool IsPerCpu => Type is BpfMapType.PerCpuArray or BpfMapType.PerCpuHash or BpfMapType.LruPerCpuHash;

    internal BpfFd Handle { get; }

    /// <summary>Bytes the kernel copies for one value: per-CPU values are each rounded up to 8 bytes.</summary>
    internal int ValueStride { get; }

    /// <summary>Creates a map.</summary>
    /// <param name="type">Map type.</param>
    /// <param name="name">At most 15 characters of letters, digits, '_' and '.'.</param>
    /// <param name="keySize">Bytes of a key; 4 for arrays, 0 for ring buffers.</param>
    /// <param name="valueSize">Bytes of a value; 4 for maps of maps and programs, 0 for ring buffers.</param>
    /// <param name="maxEntries">Capacity in entries; bytes for ring buffers.</param>
    /// <param name="flags">Creation flags.</param>
    /// <param name="inner">The template of a map of maps' inner maps.</param>
    /// <returns>The map, owned by the caller.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfMap Create(
        BpfMapType type,
        string name,
        int keySize,
        int valueSize,
        uint maxEntries,
        BpfMapFlags flags = BpfMapFlags.None,
        BpfMap? inner = null)
    {
        var options = new BpfMapCreateOpts
        {
            Size = (nuint)sizeof(BpfMapCreateOpts),
            MapFlags = (uint)flags,
            InnerMapFd = inner is null ? 0 : (uint)inner.Handle.Number,
        };
        int fd = Libbpf.bpf_map_create((int)type, name, (uint)keySize, (uint)valueSize, maxEntries, &options);
        GC.KeepAlive(inner);
        return Owned(
            BpfFd.FromResult(
                fd, $"Creating map '{name}' ({type}, {keySize}-byte keys, {valueSize}-byte values, {maxEntries} entries, flags {flags})"),
            name);
    }

    /// <summary>Opens a pinned map.</summary>
    /// <param name="path">A path in a bpf file system.</param>
    /// <returns>The map, owned by the caller.</returns>
    /// <exception cref="BpfException">Nothing is pinned there, or it is not a map.</exception>
    public static BpfMap OpenPinned(string path) => Owned(BpfFs.OpenPin(path, BpfPinKind.Map));

    /// <summary>Opens a map by its kernel-wide id, such as a map of maps' lookup returns.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The map, owned by the caller.</returns>
    /// <exception cref="BpfException">No such map.</exception>
    public static BpfMap OpenById(uint id) => Owned(BpfFd.FromResult(Libbpf.bpf_map_get_fd_by_id(id), $"Opening map {id}"));

    /// <summary>Pins the map, so that it outlives the process.</summary>
    /// <param name="path">A new path in a bpf file system.</param>
    /// <exception cref="BpfException">The path exists or is not in a bpf file system.</exception>
    public void Pin(string path) => BpfFs.Pin(Handle, path, $"map '{Name}'");

    /// <summary>Makes the map read-only for user space, for good.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void Freeze() => Check(Libbpf.bpf_map_freeze(Handle), "Freezing");

    /// <summary>Closes the descriptor; a map that is pinned or used by a program stays in the kernel.</summary>
    public void Dispose() => Handle.Dispose();

    private static BpfMap Owned(BpfFd fd, string? name = null)
    {
        try
        {
            return new BpfMap(fd, name);
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    private BpfMapInfo ReadInfo()
    {
        KernelMapInfo info = default;
        uint size = (uint)sizeof(KernelMapInfo);
        int error = Libbpf.bpf_obj_get_info_by_fd(Handle, &info, &size);
        if (error < 0)
        {
            throw BpfException.From(error, $"Reading information of map '{Name}'");
        }

        return new BpfMapInfo(
            info.Id,
            (BpfMapType)info.Type,
            NativeText.Read(info.Name, 16),
            (int)info.KeySize,
            (int)info.ValueSize,
            info.MaxEntries,
            (BpfMapFlags)info.Flags);
    }

    private void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw Failure(result, operation);
        }
    }

    private BpfException Failure(int error, string operation, int? completed = null) =>
        BpfException.From(error, $"{operation} map '{Name}' ({Type}, {MaxEntries} entries)", Hint((Errno)(-error)), completed);

    private string? Hint(Errno errno) => errno switch
    {
        Errno.E2BIG when Type is BpfMapType.Array or BpfMapType.PerCpuArray or BpfMapType.ArrayOfMaps or BpfMapType.ProgArray or BpfMapType.Devmap =>
            $"The index is outside the {MaxEntries} entries of '{Name}'.",
        Errno.E2BIG or Errno.ENOSPC =>
            $"Map '{Name}' is full: all {MaxEntries} entries are taken. Delete entries, or create it with more.",
        Errno.EEXIST => "The key is there already.",
        Errno.ENOENT => "There is no such key.",
        Errno.EPERM => $"The map is frozen or read-only, or privileges are missing. {ErrorHint.Privileges}",
        Errno.EINVAL when Type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps =>
            "The inner map differs from the template in type, key size, value size, flags or (without BPF_F_INNER_MAP) capacity.",
        Errno.EINVAL when Type is BpfMapType.ProgArray =>
            "The program's type or attach type differs from the programs that use this map.",
        _ => null,
    };
}
