using Gateway.Bpf.Btf;

namespace Gateway.AbiGenerator;

/// <summary>An enumeration of the ABI.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsSigned">Whether it has negative values.</param>
/// <param name="Values">Its constants, in declaration order.</param>
internal sealed record AbiEnum(string Name, uint Size, bool IsSigned, IReadOnlyList<BtfEnumValue> Values)
{
    /// <summary>The C# type of the same size.</summary>
    internal string Underlying => AbiNames.Integer(Size, IsSigned, Name);

    /// <summary>
    /// What all constants' names start with: the enumeration's own name (enum gw_reason, GW_REASON_), or else
    /// whole words they share.
    /// </summary>
    internal string Prefix
    {
        get
        {
            string own = Name.ToUpperInvariant() + "_";
            if (Values.All(v => v.Name.StartsWith(own, StringComparison.Ordinal)))
            {
                return own;
            }

            string shared = Values[0].Name;
            foreach (BtfEnumValue value in Values)
            {
                int same = shared.AsSpan().CommonPrefixLength(value.Name);
                shared = shared[..same];
            }

            return shared[..(shared.LastIndexOf('_') + 1)];
        }
    }

    /// <summary>Whether the values are bits to be combined: named so, or single bits beyond a simple count.</summary>
    internal bool IsFlags =>
        Name.EndsWith("_flag", StringComparison.Ordinal)
        || Name.EndsWith("_flags", StringComparison.Ordinal)
        || (Values.All(v => v.Value >= 0 && (v.Value & (v.Value - 1)) == 0) && Values.Max(v => v.Value) >= 4);
}
