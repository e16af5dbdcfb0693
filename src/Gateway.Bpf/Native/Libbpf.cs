using System.Runtime.InteropServices;

namespace Gateway.Bpf.Native;

/// <summary>
/// Entry points of libbpf 1.x under their own names. Integer functions return a negative errno, pointer
/// functions return null and set errno.
/// </summary>
internal static unsafe partial class Libbpf
{
    internal const string Library = "libbpf.so.1";

    /// <summary>Redirects libbpf's messages before its first use, so that nothing reaches standard error.</summary>
    static Libbpf() => libbpf_set_print(&LibbpfOutput.OnPrint);

    [LibraryImport(Library)]
    private static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);

    [LibraryImport(Library)]
    internal static partial nint libbpf_version_string();

    [LibraryImport(Library)]
    internal static partial int libbpf_strerror(int error, byte* buffer, nuint size);

    [LibraryImport(Library)]
    internal static partial int libbpf_num_possible_cpus();

    [LibraryImport(Library)]
    internal static partial int libbpf_probe_bpf_map_type(int mapType, void* options);

    [LibraryImport(Library)]
    internal static partial int libbpf_probe_bpf_prog_type(int programType, void* options);

    [LibraryImport(Library)]
    internal static partial int libbpf_probe_bpf_helper(int programType, int helper, void* options);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(byte* image, nuint size, BpfObjectOpenOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_object__load(BpfObjectHandle spec);

    [LibraryImport(Library)]
    internal static partial void bpf_object__close(nint spec);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_program(BpfObjectHandle spec, nint previous);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__next_map(BpfObjectHandle spec, nint previous);

    [LibraryImport(Library)]
    internal static partial nint bpf_object__btf(BpfObjectHandle spec);

    [LibraryImport(Library)]
    internal static partial byte* btf__raw_data(nint btf, uint* size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint btf__load_vmlinux_btf();

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint btf__load_module_btf(string module, nint kernel);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int btf__find_by_name_kind(nint btf, string name, uint kind);

    [LibraryImport(Library)]
    internal static partial long btf__resolve_size(nint btf, uint id);

    [LibraryImport(Library)]
    internal static partial void btf__free(nint btf);

    [LibraryImport(Library)]
    internal static partial nint bpf_program__name(nint program);

    [LibraryImport(Library)]
    internal static partial nint bpf_program__section_name(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Library)]
    internal static partial nuint bpf_program__insn_cnt(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__type(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_type(nint program, int type);

    [LibraryImport(Library)]
    internal static partial int bpf_program__expected_attach_type(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_expected_attach_type(nint program, int type);

    [LibraryImport(Library)]
    internal static partial uint bpf_program__flags(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_flags(nint program, uint flags);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.I1)]
    internal static partial bool bpf_program__autoload(nint program);

    [LibraryImport(Library)]
    internal static partial int bpf_program__set_autoload(nint program, [MarshalAs(UnmanagedType.I1)] bool autoload);

    [LibraryImport(Library)]
    internal static partial nint bpf_map__name(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__type(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__key_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_max_entries(nint map, uint maxEntries);

    [LibraryImport(Library)]
    internal static partial uint bpf_map__map_flags(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__set_map_flags(nint map, uint flags);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.I1)]
    internal static partial bool bpf_map__is_internal(nint map);

    [LibraryImport(Library)]
    internal static partial int bpf_map__reuse_fd(nint map, BpfFd fd);

    [LibraryImport(Library)]
    internal static partial nint bpf_map__inner_map(nint map);

    [LibraryImport(Library)]
    internal static partial byte* bpf_map__initial_value(nint map, nuint* size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_map_create(
        int type, string? name, uint keySize, uint valueSize, uint maxEntries, BpfMapCreateOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_elem(BpfFd fd, void* key, void* value, ulong flags);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_elem(BpfFd fd, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_and_delete_elem(BpfFd fd, void* key, void* value);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_elem(BpfFd fd, void* key);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_next_key(BpfFd fd, void* key, void* next);

    [LibraryImport(Library)]
    internal static partial int bpf_map_freeze(BpfFd fd);

    [LibraryImport(Library)]
    internal static partial int bpf_map_update_batch(BpfFd fd, void* keys, void* values, uint* count, BpfMapBatchOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_lookup_batch(
        BpfFd fd, void* inBatch, void* outBatch, void* keys, void* values, uint* count, BpfMapBatchOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_map_delete_batch(BpfFd fd, void* keys, uint* count, BpfMapBatchOpts* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_obj_pin(BpfFd fd, string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_obj_get(string path);

    [LibraryImport(Library)]
    internal static partial int bpf_obj_get_info_by_fd(BpfFd fd, void* info, uint* size);

    [LibraryImport(Library)]
    internal static partial int bpf_map_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_get_fd_by_id(uint id);

    [LibraryImport(Library)]
    internal static partial int bpf_link_get_fd_by_id(uint id);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_prog_load(
        int type, string name, string license, ulong* instructions, nuint count, BpfProgLoadOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_prog_test_run_opts(BpfFd fd, BpfTestRunOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_link_create(BpfFd program, int target, int attachType, BpfLinkCreateOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_link_update(BpfFd link, BpfFd program, BpfLinkUpdateOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_link_detach(BpfFd link);

    [LibraryImport(Library)]
    internal static partial int bpf_xdp_query(int ifindex, int flags, BpfXdpQueryOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_hook_create(BpfTcHook* hook);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_hook_destroy(BpfTcHook* hook);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_attach(BpfTcHook* hook, BpfTcOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_detach(BpfTcHook* hook, BpfTcOpts* options);

    [LibraryImport(Library)]
    internal static partial int bpf_tc_query(BpfTcHook* hook, BpfTcOpts* options);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint bpf_linker__new(string path, void* options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_linker__add_file(BpfLinkerHandle linker, string path, void* options);

    [LibraryImport(Library)]
    internal static partial int bpf_linker__finalize(BpfLinkerHandle linker);

    [LibraryImport(Library)]
    internal static partial void bpf_linker__free(nint linker);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint ring_buffer__new(
        BpfFd map, delegate* unmanaged[Cdecl]<nint, byte*, nuint, int> sample, nint context, void* options);

    [LibraryImport(Library)]
    internal static partial void ring_buffer__free(nint ring);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__poll(RingBufferHandle ring, int timeoutMilliseconds);

    [LibraryImport(Library)]
    internal static partial int ring_buffer__consume(RingBufferHandle ring);
}
