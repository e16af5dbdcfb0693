using System.Globalization;

namespace Gateway.Policy;

/// <summary>A rate; the units of its text are powers of 1000.</summary>
/// <param name="BitsPerSecond">Bits per second.</param>
public readonly record struct Rate(ulong BitsPerSecond)
{
    private static readonly (string Unit, ulong Factor)[] s_units =
        [("Gbit/s", 1_000_000_000), ("Mbit/s", 1_000_000), ("Kbit/s", 1_000), ("bit/s", 1)];

    /// <summary>Reads "64000bit/s", "64Kbit/s", "20 Mbit/s" or "2.5Gbit/s"; a whole number of bits per second.</summary>
    public static bool TryParse(string text, out Rate rate)
    {
        rate = default;
        foreach ((string unit, ulong factor) in s_units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
            {
                continue;
            }

            ReadOnlySpan<char> number = text.AsSpan(0, text.Length - unit.Length).TrimEnd(' ');
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
                || value > ulong.MaxValue / factor)
            {
                return false;
            }

            decimal bits = value * factor;
            if (bits != decimal.Truncate(bits))
            {
                return false;
            }

            rate = new Rate((ulong)bits);
            return true;
        }

        return false;
    }

    /// <summary>The number with the largest unit that keeps it whole: "20Mbit/s".</summary>
    public override string ToString()
    {
        ulong bits = BitsPerSecond;
        (string unit, ulong factor) = Array.Find(s_units, u => (bits != 0 && bits % u.Factor == 0) || u.Factor == 1);
        return (bits / factor).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
