using System.Globalization;

namespace Gateway.Policy;

/// <summary>An Ethernet address; the first octet on the wire is the most significant of <paramref name="Value"/>.</summary>
/// <param name="Value">The 48 bits as a number: aa:bb:cc:dd:ee:ff is 0xaabbccddeeff.</param>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>Whether the group bit is set: multicast or broadcast (IEEE 802).</summary>
    public bool IsGroup => (Value >> 40 & 1) != 0;

    /// <summary>Reads six two-digit hexadecimal octets with colons between them.</summary>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        if (text.Length != 17)
        {
            return false;
        }

        ulong value = 0;
        for (int i = 0; i < 17; i += 3)
        {
            if ((i > 0 && text[i - 1] != ':')
                || !byte.TryParse(text.AsSpan(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }

            value = (value << 8) | octet;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <summary>"aa:bb:cc:dd:ee:ff".</summary>
    public override string ToString()
    {
        string digits = (Value & 0xffff_ffff_ffff).ToString("x12", CultureInfo.InvariantCulture);
        return string.Join(':', Enumerable.Range(0, 6).Select(i => digits.Substring(2 * i, 2)));
    }
}
