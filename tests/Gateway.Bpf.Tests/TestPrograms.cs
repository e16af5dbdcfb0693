using System.Reflection;

namespace Gateway.Bpf.Tests;

/// <summary>The compiled test programs, embedded in the assembly.</summary>
internal static class TestPrograms
{
    internal static byte[] Elf(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{name}.bpf.o")
            ?? throw new InvalidOperationException($"No embedded program {name}.bpf.o.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal static BpfObjectSpec Open(string name = "basics") => BpfObjectSpec.Open(Elf(name), name);

    /// <summary>Loads only these programs of basics.bpf.c.</summary>
    internal static BpfObject Load(params string[] programs)
    {
        BpfObjectSpec spec = Open();
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            program.AutoLoad = programs.Contains(program.Name);
        }

        return spec.Load();
    }
}
