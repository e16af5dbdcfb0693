using System.Runtime.InteropServices;
using System.Text;
using Gateway.Bpf.Btf;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>
/// Blueprint of an eBPF object: what an ELF file declares, before anything exists in the kernel. Change it,
/// then <see cref="Load"/> it once. Not thread-safe.
/// </summary>
public sealed unsafe class BpfObjectSpec : IDisposable
{
    private readonly BpfObjectHandle _handle;
    private readonly Dictionary<string, BpfProgramSpec> _programs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BpfMapSpec> _maps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BpfVariableSpec> _variables = new(StringComparer.Ordinal);

    private BpfObjectSpec(BpfObjectHandle handle, string name)
    {
        _handle = handle;
        Name = name;
    }

    /// <summary>The object's name, as given to <see cref="Open"/>.</summary>
    public string Name { get; }

    /// <summary>Programs by function name.</summary>
    public IReadOnlyDictionary<string, BpfProgramSpec> Programs => _programs;

    /// <summary>Maps by name; the sections of global variables appear as ".rodata", ".data" and ".bss".</summary>
    public IReadOnlyDictionary<string, BpfMapSpec> Maps => _maps;

    /// <summary>Global variables by name, as far as BTF describes them.</summary>
    public IReadOnlyDictionary<string, BpfVariableSpec> Variables => _variables;

    /// <summary>Reads an eBPF ELF object.</summary>
    /// <param name="elf">The file's bytes (ELF64, compiled with -g for BTF); copied as needed.</param>
    /// <param name="name">A name for messages and for the maps of global variables.</param>
    /// <returns>The blueprint; dispose it, or load it.</returns>
    /// <exception cref="BpfException">The bytes are not an eBPF object libbpf understands.</exception>
    public static BpfObjectSpec Open(ReadOnlyMemory<byte> elf, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using LibbpfOutput output = LibbpfOutput.Capture();
        byte[] nativeName = Encoding.UTF8.GetBytes(name + '\0');
        nint pointer;
        fixed (byte* image = elf.Span)
        fixed (byte* objectName = nativeName)
        {
            var options = new BpfObjectOpenOpts { Size = (nuint)sizeof(BpfObjectOpenOpts), ObjectName = objectName };
            pointer = Libbpf.bpf_object__open_mem(image, (nuint)elf.Length, &options);
        }

        if (pointer == 0)
        {
            throw BpfException.FromOutput(Marshal.GetLastPInvokeError(), $"Reading the eBPF object '{name}'", output.Text);
        }

        var spec = new BpfObjectSpec(new BpfObjectHandle(pointer), name);
        try
        {
            spec.Enumerate();
            return spec;
        }
        catch
        {
            spec.Dispose();
            throw;
        }
    }

    /// <summary>The program of that name.</summary>
    /// <param name="name">The C function's name.</param>
    /// <returns>The program's blueprint.</returns>
    /// <exception cref="KeyNotFoundException">The object has no such program.</exception>
    public BpfProgramSpec Program(string name) => Find(_programs, name, "program");

    /// <summary>The map of that name.</summary>
    /// <param name="name">The C variable's name.</param>
    /// <returns>The map's blueprint.</returns>
    /// <exception cref="KeyNotFoundException">The object has no such map.</exception>
    public BpfMapSpec Map(string name) => Find(_maps, name, "map");

    /// <summary>Sets the initial value of a global variable (typically <c>const volatile</c>, in .rodata).</summary>
    /// <typeparam name="T">A type of the variable's size; host byte order.</typeparam>
    /// <param name="name">The C variable's name.</param>
    /// <param name="value">Its value once loaded.</param>
    /// <exception cref="KeyNotFoundException">The object has no such variable.</exception>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void SetVariable<T>(string name, T value)
        where T : unmanaged => SetVariable(name, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Sets the initial bytes of a global variable.</summary>
    /// <param name="name">The C variable's name.</param>
    /// <param name="value">Exactly as many bytes as the variable has.</param>
    /// <exception cref="KeyNotFoundException">The object has no such variable.</exception>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void SetVariable(string name, ReadOnlySpan<byte> value)
    {
        ThrowIfClosed();
        BpfVariableSpec variable = Find(_variables, name, "variable");
        if (value.Length != variable.Size)
        {
            throw new ArgumentException(
                $"Variable '{name}' has {variable.Size} bytes, the value {value.Length}: use a type of the same size.", nameof(value));
        }

        nuint size = 0;
        byte* data = Libbpf.bpf_map__initial_value(_maps[variable.Section].Pointer, &size);
        if (data is null || (ulong)variable.Offset + (ulong)variable.Size > size)
        {
            throw new BpfException($"Variable '{name}' has no memory in section {variable.Section}: rebuild the object with -g.");
        }

        value.CopyTo(new Span<byte>(data + variable.Offset, variable.Size));
    }

    /// <summary>
    /// Creates the maps and loads the programs. The blueprint is spent afterwards, whether it worked or not:
    /// on failure nothing stays in the kernel.
    /// </summary>
    /// <returns>The loaded object, owned by the caller.</returns>
    /// <exception cref="BpfException">The kernel refused; carries the verifier's log of the refused program.</exception>
    public BpfObject Load()
    {
        ThrowIfClosed();
        var loaded = new BpfObject(Name);
        try
        {
            using LibbpfOutput output = LibbpfOutput.Capture();
            int error = Libbpf.bpf_object__load(_handle);
            if (error < 0)
            {
                throw BpfException.FromOutput(error, $"Loading the eBPF object '{Name}'", output.Text);
            }

            foreach (BpfMapSpec map in _maps.Values)
            {
                int fd = Libbpf.bpf_map__fd(map.Pointer);
                if (fd >= 0)
                {
                    loaded.Add(map.Name, new BpfMap(BpfFd.Duplicate(fd), map.Name));
                }
            }

            foreach (BpfProgramSpec program in _programs.Values)
            {
                int fd = program.AutoLoad ? Libbpf.bpf_program__fd(program.Pointer) : -1;
                if (fd >= 0)
                {
                    loaded.Add(program.Name, new BpfProgram(BpfFd.Duplicate(fd), program.Name));
                }
            }

            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Frees the blueprint. What was loaded from it lives on.</summary>
    public void Dispose() => _handle.Dispose();

    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_handle.IsClosed, this);

    private static T Find<T>(Dictionary<string, T> from, string name, string kind) =>
        from.TryGetValue(name, out T? found)
            ? found
            : throw new KeyNotFoundException(
                $"The eBPF object has no {kind} '{name}'; it has: {string.Join(", ", from.Keys.Order(StringComparer.Ordinal))}.");

    private void Enumerate()
    {
        for (nint map = Libbpf.bpf_object__next_map(_handle, 0); map != 0; map = Libbpf.bpf_object__next_map(_handle, map))
        {
            var spec = new BpfMapSpec(this, map);
            _maps[spec.Name] = spec;
        }

        for (nint program = Libbpf.bpf_object__next_program(_handle, 0);
            program != 0;
            program = Libbpf.bpf_object__next_program(_handle, program))
        {
            var spec = new BpfProgramSpec(this, program);
            _programs[spec.Name] = spec;
        }

        nint btf = Libbpf.bpf_object__btf(_handle);
        if (btf != 0)
        {
            uint size = 0;
            byte* raw = Libbpf.btf__raw_data(btf, &size);
            EnumerateVariables(BtfReader.Parse(new ReadOnlySpan<byte>(raw, (int)size)));
        }
    }

    /// <summary>Offsets come from libbpf's copy of the BTF: the compiler leaves them to the linker's symbols.</summary>
    private void EnumerateVariables(BtfReader btf)
    {
        foreach (BtfType section in btf.Types.Where(t => t.Kind == BtfKind.DataSection && _maps.ContainsKey(t.Name)))
        {
            foreach (BtfSectionVariable entry in section.Variables)
            {
                string name = btf[entry.TypeId].Name;
                _variables[name] = new BpfVariableSpec(name, section.Name, (int)entry.Offset, (int)entry.Size);
            }
        }
    }
}
