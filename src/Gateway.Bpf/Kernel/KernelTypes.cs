using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Looks types up in the BTF that the running kernel and its modules show below /sys/kernel/btf; takes no privileges.</summary>
public static class KernelTypes
{
    private const uint Struct = 4;

    /// <summary>Size of a structure of the kernel itself or of a loaded module.</summary>
    /// <param name="name">The structure, without "struct".</param>
    /// <param name="module">Where to look when the kernel itself does not have it, such as "veth"; null for nowhere.</param>
    /// <returns>Bytes; null when there is no such structure, or no BTF.</returns>
    public static long? SizeOf(string name, string? module = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        nint kernel = Libbpf.btf__load_vmlinux_btf();
        if (kernel == 0)
        {
            return null;
        }

        try
        {
            long? size = SizeOf(kernel, name);
            if (size is not null || module is null || !File.Exists($"/sys/kernel/btf/{module}"))
            {
                return size;
            }

            nint added = Libbpf.btf__load_module_btf(module, kernel);
            try
            {
                return added == 0 ? null : SizeOf(added, name);
            }
            finally
            {
                Libbpf.btf__free(added);
            }
        }
        finally
        {
            Libbpf.btf__free(kernel);
        }
    }

    private static long? SizeOf(nint btf, string name)
    {
        int id = Libbpf.btf__find_by_name_kind(btf, name, Struct);
        return id > 0 && Libbpf.btf__resolve_size(btf, (uint)id) is var size and > 0 ? size : null;
    }
}
