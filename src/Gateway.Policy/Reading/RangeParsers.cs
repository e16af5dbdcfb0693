using System.Globalization;

namespace Gateway.Policy;

/// <summary>Texts of ranges of numbers: "5", "2-8", "2-" and "-8", each number perhaps with a unit.</summary>
internal static class RangeParsers
{
    private static readonly (string Unit, ulong Factor)[] s_numbers = [("", 1)];

    private static readonly (string Unit, ulong Factor)[] s_bytes =
    [
        ("KiB", 1ul << 10), ("MiB", 1ul << 20), ("GiB", 1ul << 30), ("TiB", 1ul << 40), ("kB", 1_000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ];

    private static readonly (string Unit, ulong Factor)[] s_times = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    public static bool Numbers(string text, out ValueRange value, out string message, out string hint) =>
        TryParse(text, s_numbers, "is not a number or a range of numbers.", "Write it like 5, 2-8, 2- or -8.", out value, out message, out hint);

    public static bool Bytes(string text, out ValueRange value, out string message, out string hint) =>
        TryParse(text, s_bytes, "is not a number or a range of bytes.", "Write it like 10MB-, 0-64KiB or -1000; units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB.", out value, out message, out hint);

    public static bool Times(string text, out ValueRange value, out string message, out string hint) =>
        TryParse(text, s_times, "is not a range of times.", "Write it like 10s-, 500ms-2s or -1h; units are ms, s, m and h.", out value, out message, out hint);

    public static bool Tokens(string text, out ValueRange value, out string message, out string hint)
    {
        bool parsed = ScalarParsers.Bits(text, out uint token, out _, out _);
        value = new ValueRange(token);
        (message, hint) = parsed ? ("", "") : ($"'{text}' is not a token.", "Write 32 bits like 0x1a2b3c4d.");
        return parsed;
    }

    public static bool Vlan(string text, out ValueRange value, out string message, out string hint)
    {
        if (text != "none")
        {
            return TryParse(text, s_numbers, "is not a VLAN id.", "Write 1 to 4094, a range of them, or none.", out value, out message, out hint);
        }

        (value, message, hint) = (new ValueRange(0), "", "");
        return true;
    }

    private static bool TryParse(
        string text, (string Unit, ulong Factor)[] units, string isNot, string fix, out ValueRange value, out string message, out string hint)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        string first = dash < 0 ? text : text[..dash];
        string last = dash < 0 ? text : text[(dash + 1)..];
        ulong low = 0;
        ulong high = ulong.MaxValue;
        bool parsed = (first.Length > 0 || last.Length > 0)
            && (first.Length == 0 || TryParse(first, units, out low))
            && (last.Length == 0 || TryParse(last, units, out high))
            && low <= high;
        value = new ValueRange(low, high);
        (message, hint) = parsed ? ("", "") : ($"'{text}' {isNot}", fix);
        return parsed;
    }

    private static bool TryParse(string text, (string Unit, ulong Factor)[] units, out ulong value)
    {
        (string unit, ulong factor) = Array.Find(units, u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        bool parsed = ulong.TryParse(
            text.AsSpan(0, text.Length - (unit?.Length ?? 0)), NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && factor != 0 && value <= ulong.MaxValue / factor;
        value = parsed ? value * factor : 0;
        return parsed;
    }
}
