using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>
/// A user's object file, checked before libbpf sees it: one actor or selector, code only in .text, no writable globals,
/// nothing undefined, helpers that cannot touch packets, other programs or kernel memory. What the verifier checks is
/// left to it.
/// </summary>
internal sealed class OperatorObject
{
    /// <summary>Largest object file, in bytes; with debug information a long operator has about 100 KiB.</summary>
    internal const int MaxBytes = 1 << 20;

    private const string ActorPrefix = "gw_actor__";
    private const string SelectorPrefix = "gw_selector__";
    private const string LicenseSection = "license";
    private const string MapSection = ".maps";
    private const string Constants = ".rodata";
    private const int InstructionSize = 8;
    private const byte CallCode = 0x85;
    private const byte WideLoadCode = 0x18;

    /// <summary>Licences the kernel lets use every helper (linux/license.h).</summary>
    private static readonly string[] s_licences =
        ["GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"];

    /// <summary>enum bpf_func_id: maps, clocks, random numbers, checksums, messages; none that loops, jumps or reads memory.</summary>
    private static readonly Dictionary<int, string> s_helpers = new()
    {
        [1] = "map_lookup_elem",
        [2] = "map_update_elem",
        [3] = "map_delete_elem",
        [5] = "ktime_get_ns",
        [6] = "trace_printk",
        [7] = "get_prandom_u32",
        [8] = "get_smp_processor_id",
        [28] = "csum_diff",
        [87] = "map_push_elem",
        [88] = "map_pop_elem",
        [89] = "map_peek_elem",
        [93] = "spin_lock",
        [94] = "spin_unlock",
        [118] = "jiffies64",
        [125] = "ktime_get_boot_ns",
        [130] = "ringbuf_output",
        [131] = "ringbuf_reserve",
        [132] = "ringbuf_submit",
        [133] = "ringbuf_discard",
        [134] = "ringbuf_query",
        [160] = "ktime_get_coarse_ns",
        [182] = "strncmp",
        [195] = "map_lookup_percpu_elem",
    };

    private readonly BpfObjectFile _file;
    private readonly string _entry;

    private OperatorObject(BpfObjectFile file, string entry, OperatorKind kind, IReadOnlyList<string> maps)
    {
        _file = file;
        _entry = entry;
        Kind = kind;
        Maps = maps;
    }

    internal OperatorKind Kind { get; }

    /// <summary>The name its source gives it.</summary>
    internal string Function => _entry[(Kind == OperatorKind.Actor ? ActorPrefix : SelectorPrefix).Length..];

    internal IReadOnlyList<string> Maps { get; }

    /// <summary>Reads and checks an object file.</summary>
    /// <exception cref="DataPlaneException">InvalidArgument: it is no operator; says why.</exception>
    internal static OperatorObject Read(ReadOnlySpan<byte> elf)
    {
        if (elf.Length > MaxBytes)
        {
            throw Refused($"it has {elf.Length} bytes, and {MaxBytes} are possible");
        }

        try
        {
            BpfObjectFile file = BpfObjectFile.Parse(elf);
            CheckSections(file);
            CheckLicence(file);
            string entry = FindEntry(file);
            CheckInstructions(file);
            return new OperatorObject(
                file, entry, entry.StartsWith(ActorPrefix, StringComparison.Ordinal) ? OperatorKind.Actor : OperatorKind.Selector, FindMaps(file));
        }
        catch (InvalidDataException failure)
        {
            throw Refused(failure.Message.TrimEnd('.'), failure);
        }
    }

    /// <summary>
    /// The object with names of its own: its function takes the place of a slot's, all else is told apart by a prefix. The
    /// licence is that of the packet programs, as libbpf links only what says the same.
    /// </summary>
    internal byte[] ForSlot(int slot) => _file.Rename(
        name => name == _entry ? SlotFunction(slot) : Prefix(slot) + name, (LicenseSection, [.. "Dual MIT/GPL\0"u8]));

    /// <summary>What the names of a slot's maps begin with in the linked programs.</summary>
    internal static string Prefix(int slot) => string.Create(CultureInfo.InvariantCulture, $"op{slot:00}_");

    private static string SlotFunction(int slot) => string.Create(CultureInfo.InvariantCulture, $"gw_slot_{slot:00}");

    private static void CheckSections(BpfObjectFile file)
    {
        foreach (BpfSection section in file.Sections.Where(s => s.IsAllocated && s.Size > 0))
        {
            bool known = section.IsExecutable
                ? section.Name == ".text"
                : section.Name is LicenseSection or MapSection or Constants;
            if (!known)
            {
                throw Refused(section switch
                {
                    { IsExecutable: true } => $"it has a program in section '{section.Name}': an operator is GW_ACTOR or GW_SELECTOR and the functions they call",
                    _ when section.Name.StartsWith(Constants + ".", StringComparison.Ordinal) =>
                        $"it has constants in section '{section.Name}', which cannot be linked: declare tables outside of functions, const volatile",
                    _ => $"it has variables in section '{section.Name}', which would not outlive the next load: keep state in a map",
                });
            }
        }

        if (file.Symbols.FirstOrDefault(s => s.IsUndefined) is { } missing)
        {
            throw Refused($"'{missing.Name}' is not defined in it: an operator is one object file, and it may not call kernel functions");
        }
    }

    private static void CheckLicence(BpfObjectFile file)
    {
        BpfSection section = file.Section(LicenseSection)
            ?? throw Refused("""it names no licence: add  char _license[] SEC("license") = "GPL";""");
        string licence = Encoding.ASCII.GetString(file.Content(section)).TrimEnd('\0');
        if (!s_licences.Contains(licence))
        {
            throw Refused($"its licence '{licence}' is not one the kernel takes for GPL-compatible: {string.Join(", ", s_licences)}");
        }
    }

    private static string FindEntry(BpfObjectFile file)
    {
        string[] entries =
        [
            .. file.Symbols
                .Where(s => s is { Kind: BpfSymbolKind.Function, Binding: BpfSymbolBinding.Global }
                    && (s.Name.StartsWith(ActorPrefix, StringComparison.Ordinal) || s.Name.StartsWith(SelectorPrefix, StringComparison.Ordinal)))
                .Select(s => s.Name),
        ];
        return entries.Length == 1
            ? entries[0]
            : throw Refused(entries.Length == 0
                ? "it defines no GW_ACTOR and no GW_SELECTOR: include <gw/operator.h> and define one"
                : $"it defines {entries.Length} operators, and one is possible: split it");
    }

    private static IReadOnlyList<string> FindMaps(BpfObjectFile file) => file.Section(MapSection) is { } maps
        ? [.. file.Symbols.Where(s => s.Section == maps.Index && s.Kind == BpfSymbolKind.Variable).Select(s => s.Name).Order(StringComparer.Ordinal)]
        : [];

    private static void CheckInstructions(BpfObjectFile file)
    {
        ReadOnlySpan<byte> text = file.Section(".text") is { } section ? file.Content(section) : [];
        for (int at = 0; at + InstructionSize <= text.Length; at += InstructionSize)
        {
            if (text[at] == WideLoadCode)
            {
                at += InstructionSize;
            }
            else if (text[at] == CallCode)
            {
                int source = text[at + 1] >> 4, number = BinaryPrimitives.ReadInt32LittleEndian(text[(at + 4)..]);
                if (source == 0 && !s_helpers.ContainsKey(number))
                {
                    throw Refused($"it calls helper {number} of linux/bpf.h, but an operator may only call bpf_{string.Join(", bpf_", s_helpers.Values)}");
                }

                if (source > 1)
                {
                    throw Refused("it calls a kernel function, which an operator may not");
                }
            }
        }
    }

    private static DataPlaneException Refused(string why, Exception? cause = null) =>
        new(DataPlaneErrorKind.InvalidArgument, $"The object file is no operator: {why}.", cause);
}
