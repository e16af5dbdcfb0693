namespace Gateway.Bpf;

/// <summary>
/// A loaded eBPF object: owned maps and programs in the kernel. Disposing releases them, except what is
/// pinned, attached, or held by something else in the kernel.
/// </summary>
public sealed class BpfObject : IDisposable
{
    private readonly Dictionary<string, BpfMap> _maps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BpfProgram> _programs = new(StringComparer.Ordinal);

    internal BpfObject(string name) => Name = name;

    /// <summary>The object's name.</summary>
    public string Name { get; }

    /// <summary>Maps by name, owned by this object.</summary>
    public IReadOnlyDictionary<string, BpfMap> Maps => _maps;

    /// <summary>Loaded programs by name, owned by this object.</summary>
    public IReadOnlyDictionary<string, BpfProgram> Programs => _programs;

    /// <summary>The map of that name.</summary>
    /// <param name="name">The C variable's name.</param>
    /// <returns>The map; this object keeps owning it.</returns>
    /// <exception cref="KeyNotFoundException">The object has no such map.</exception>
    public BpfMap Map(string name) => _maps.TryGetValue(name, out BpfMap? map)
        ? map
        : throw new KeyNotFoundException($"The loaded object '{Name}' has no map '{name}'.");

    /// <summary>The program of that name.</summary>
    /// <param name="name">The C function's name.</param>
    /// <returns>The program; this object keeps owning it.</returns>
    /// <exception cref="KeyNotFoundException">The object has no such program, or it was not loaded.</exception>
    public BpfProgram Program(string name) => _programs.TryGetValue(name, out BpfProgram? program)
        ? program
        : throw new KeyNotFoundException($"The loaded object '{Name}' has no program '{name}'; it may have been excluded from loading.");

    /// <summary>
    /// Gives the program of that name away. Opening it by its id instead takes CAP_SYS_ADMIN (BPF_PROG_GET_FD_BY_ID,
    /// kernel/bpf/syscall.c).
    /// </summary>
    /// <param name="name">The C function's name.</param>
    /// <returns>The program, owned by the caller from now on.</returns>
    /// <exception cref="KeyNotFoundException">The object has no such program, or it was not loaded.</exception>
    public BpfProgram TakeProgram(string name)
    {
        BpfProgram program = Program(name);
        _programs.Remove(name);
        return program;
    }

    /// <summary>Closes all maps and programs.</summary>
    public void Dispose()
    {
        foreach (BpfProgram program in _programs.Values)
        {
            program.Dispose();
        }

        foreach (BpfMap map in _maps.Values)
        {
            map.Dispose();
        }
    }

    internal void Add(string name, BpfMap map) => _maps.Add(name, map);

    internal void Add(string name, BpfProgram program) => _programs.Add(name, program);
}
