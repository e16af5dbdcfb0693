using System.Runtime.InteropServices;
using Gateway.Bpf.Native;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Bpf;

/// <summary>
/// Links compiled eBPF objects into one (libbpf's static linker): a global function takes the place of a weak one of the
/// same name in an object before it. Works in memory.
/// </summary>
public static unsafe class BpfObjectLinker
{
    /// <summary>Links objects.</summary>
    /// <param name="objects">ELF files with BTF, at least one.</param>
    /// <returns>The ELF file that holds all of them.</returns>
    /// <exception cref="BpfException">They do not fit together; carries what libbpf said.</exception>
    public static byte[] Link(IReadOnlyList<ReadOnlyMemory<byte>> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        using LibbpfOutput output = LibbpfOutput.Capture();
        using SafeFileHandle result = MemoryFile("linked");
        nint pointer = Libbpf.bpf_linker__new(PathOf(result), null);
        if (pointer == 0)
        {
            throw BpfException.FromOutput(Marshal.GetLastPInvokeError(), "Preparing to link eBPF objects", output.Text);
        }

        using var linker = new BpfLinkerHandle(pointer);
        for (int i = 0; i < objects.Count; i++)
        {
            using SafeFileHandle input = MemoryFile("object");
            RandomAccess.Write(input, objects[i].Span, 0);
            Check(Libbpf.bpf_linker__add_file(linker, PathOf(input), null), $"Linking eBPF object {i + 1} of {objects.Count}", output);
        }

        Check(Libbpf.bpf_linker__finalize(linker), "Writing the linked eBPF object", output);
        byte[] linked = new byte[RandomAccess.GetLength(result)];
        for (int filled = 0; filled < linked.Length;)
        {
            int read = RandomAccess.Read(result, linked.AsSpan(filled), filled);
            filled += read > 0 ? read : throw new BpfException("The linked eBPF object ends early.");
        }

        return linked;
    }

    private static void Check(int result, string operation, LibbpfOutput output)
    {
        if (result < 0)
        {
            throw BpfException.FromOutput(result, operation, output.Text);
        }
    }

    private static SafeFileHandle MemoryFile(string name)
    {
        int fd = Libc.memfd_create(name, Libc.MemoryFileCloseOnExec);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw BpfException.From(Marshal.GetLastPInvokeError(), "Creating a file in memory");
    }

    /// <summary>libbpf opens its files by name.</summary>
    private static string PathOf(SafeFileHandle file) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)file.DangerousGetHandle()}");
}
