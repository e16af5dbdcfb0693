using System.Text;

namespace Gateway.AbiGenerator;

/// <summary>C names to C# names.</summary>
internal static class AbiNames
{
    internal const string Prefix = "gw_";

    /// <summary>gw_flow_key4 to FlowKey4, ADD_ADDR to AddAddr.</summary>
    internal static string Pascal(string name)
    {
        string bare = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        var text = new StringBuilder(bare.Length);
        foreach (string word in bare.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(char.ToUpperInvariant(word[0])).Append(word[1..].ToLowerInvariant());
        }

        return text.ToString();
    }

    /// <summary>A constant's name without its enumeration's prefix, keeping one word where a digit would lead.</summary>
    internal static string Constant(string name, string prefix)
    {
        string rest = name[prefix.Length..];
        if (rest.Length > 0 && !char.IsAsciiDigit(rest[0]))
        {
            return rest;
        }

        int word = prefix.TrimEnd('_').LastIndexOf('_') + 1;
        return name[word..];
    }

    /// <summary>The C# integer of a size.</summary>
    internal static string Integer(uint size, bool signed, string where) => (size, signed) switch
    {
        (1, false) => "byte",
        (1, true) => "sbyte",
        (2, false) => "ushort",
        (2, true) => "short",
        (4, false) => "uint",
        (4, true) => "int",
        (8, false) => "ulong",
        (8, true) => "long",
        (16, false) => "UInt128",
        (16, true) => "Int128",
        _ => throw new AbiException($"{where}: no integer has {size} bytes in C#."),
    };
}
