using System.Text;
using Gateway.Bpf.Btf;

namespace Gateway.AbiGenerator;

/// <summary>Writes enumerations as proto3, numbers unchanged.</summary>
internal static class ProtoFile
{
    private const string Header = """
        // Written by Gateway.AbiGenerator from the BTF of the packet programs: change the C headers instead.
        syntax = "proto3";

        package gateway.v1;

        option csharp_namespace = "Gateway.V1";

        """;

    /// <summary>The file's text, the same for the same types.</summary>
    internal static string Write(AbiTypes types, IReadOnlyList<string> enums)
    {
        if (enums.Count == 0)
        {
            throw new AbiException("--proto needs at least one --proto-enum.");
        }

        var text = new StringBuilder(Header.ReplaceLineEndings("\n"));
        foreach (string name in enums.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal))
        {
            WriteEnum(text, types.Enum(name));
        }

        return text.ToString();
    }

    private static void WriteEnum(StringBuilder text, AbiEnum type)
    {
        // proto3 wants a zero, first, and 32 bits.
        BtfEnumValue zero = type.Values.FirstOrDefault(v => v.Value == 0)
            ?? throw new AbiException($"enum {type.Name} has no value 0, which proto3 requires: add one.");
        if (type.Values.FirstOrDefault(v => v.Value is > int.MaxValue or < int.MinValue) is { } large)
        {
            throw new AbiException($"enum {type.Name}: {large.Name} does not fit the 32 bits of a proto3 value.");
        }

        string name = AbiNames.Pascal(type.Name);
        string prefix = type.Name[AbiNames.Prefix.Length..].ToUpperInvariant();
        text.Append($"\nenum {name} {{\n");
        foreach (BtfEnumValue value in type.Values.Where(v => v != zero).OrderBy(v => v.Value).Prepend(zero))
        {
            text.Append($"  {prefix}_{value.Name[type.Prefix.Length..]} = {value.Value};\n");
        }

        text.Append("}\n");
    }
}
