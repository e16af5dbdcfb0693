using Gateway.Bpf.Btf;

namespace Gateway.AbiGenerator;

/// <summary>The types of the ABI, collected from one or more objects and sorted by name.</summary>
internal sealed class AbiTypes
{
    private readonly SortedDictionary<string, AbiStruct> _structs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AbiEnum> _enums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Text, string Source)> _seen = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<AbiStruct> Structs => _structs.Values;

    internal IReadOnlyCollection<AbiEnum> Enums => _enums.Values;

    /// <summary>The enumeration of that C name.</summary>
    internal AbiEnum Enum(string name) =>
        _enums.GetValueOrDefault(name) ?? throw new AbiException($"No object declares enum {name}; they have: {string.Join(", ", _enums.Keys)}.");

    /// <summary>Adds an object's types.</summary>
    /// <param name="source">The object's name, for messages.</param>
    /// <param name="elf">The object.</param>
    /// <param name="root">Take only what this structure contains or points to, without itself; null for every gw_ type.</param>
    /// <exception cref="AbiException">A type has no mirror, or differs from another object's of the same name.</exception>
    internal void Add(string source, ReadOnlySpan<byte> elf, string? root)
    {
        BtfReader btf = BtfReader.FromElf(elf);
        IEnumerable<BtfType> types = btf.Types;
        if (root is not null)
        {
            BtfType start = btf.Types.FirstOrDefault(t => t.Kind is BtfKind.Struct && t.Name == root)
                ?? throw new AbiException($"{source} does not declare struct {root}.");
            types = Reachable(btf, start);
        }

        foreach (BtfType type in types.Where(IsAbi))
        {
            if (type.Kind is BtfKind.Struct or BtfKind.Union)
            {
                AbiStruct mirrored = new StructReader(btf).Read(type);
                if (IsNew(source, type.Name, $"{mirrored.Size}: {string.Join("; ", mirrored.Fields.Select(Describe))}"))
                {
                    _structs.Add(type.Name, mirrored);
                }
            }
            else if (IsNew(source, type.Name, $"{type.Size}{type.IsSigned}: {string.Join("; ", type.Values)}"))
            {
                _enums.Add(type.Name, new AbiEnum(type.Name, type.Size, type.IsSigned, type.Values));
            }
        }
    }

    internal static bool IsAbi(BtfType type) =>
        type.Name.StartsWith(AbiNames.Prefix, StringComparison.Ordinal)
        && type.Kind is BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64;

    private static string Describe(AbiField field) =>
        $"{field.Name} at {field.Offset} {field.Type} [{string.Join(", ", field.Dimensions)}]";

    private static List<BtfType> Reachable(BtfReader btf, BtfType root)
    {
        var seen = new HashSet<uint> { root.Id };
        var reached = new List<BtfType>();
        var waiting = new Stack<BtfType>([root]);
        while (waiting.TryPop(out BtfType? type))
        {
            foreach (BtfMember member in type.Members)
            {
                BtfType target = btf.Resolve(member.TypeId);
                while (target.Kind is BtfKind.Array or BtfKind.Pointer)
                {
                    target = btf.Resolve(target.TypeId);
                }

                if (seen.Add(target.Id))
                {
                    reached.Add(target);
                    waiting.Push(target);
                }
            }
        }

        return reached;
    }

    private bool IsNew(string source, string name, string text)
    {
        if (!_seen.TryGetValue(name, out (string Text, string Source) earlier))
        {
            _seen.Add(name, (text, source));
            return true;
        }

        return earlier.Text == text
            ? false
            : throw new AbiException($"{name} differs between {earlier.Source} and {source}: rebuild both from the same headers.");
    }
}
