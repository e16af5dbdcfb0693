using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Policy;

/// <summary>
/// An IPv4 or IPv6 prefix whose host bits are zero; a host address is a prefix of full length.
/// Ordered by family, address, length, so that a prefix comes before every prefix inside it.
/// </summary>
public readonly struct IpPrefix : IEquatable<IpPrefix>, IComparable<IpPrefix>, ISpanFormattable
{
    /// <summary>Room for an IPv6 address, also one that ends in a dotted quad, and a length.</summary>
    private const int MaxText = 64;

    private static readonly SearchValues<char> s_ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>Creates a prefix.</summary>
    /// <param name="family">The family of the address.</param>
    /// <param name="address">The address as a number: 10.0.0.1 is 0x0a000001.</param>
    /// <param name="length">Bits that count: 0-32 for IPv4, 0-128 for IPv6.</param>
    /// <exception cref="ArgumentException">The length is out of range or host bits are set.</exception>
    public IpPrefix(IpFamily family, UInt128 address, int length)
    {
        if (length < 0 || length > MaxLength(family))
        {
            throw new ArgumentException($"A prefix length is 0-{MaxLength(family)}, not {length}.", nameof(length));
        }

        if ((address & ~Mask(family, length)) != 0)
        {
            throw new ArgumentException("The host bits of a prefix must be zero.", nameof(address));
        }

        Family = family;
        Length = (byte)length;
        _high = (ulong)(address >> 64);
        _low = (ulong)address;
    }

    /// <summary>0.0.0.0/0.</summary>
    public static IpPrefix AllIPv4 { get; } = new(IpFamily.IPv4, 0, 0);

    /// <summary>::/0.</summary>
    public static IpPrefix AllIPv6 { get; } = new(IpFamily.IPv6, 0, 0);

    /// <summary>The family of the address.</summary>
    public IpFamily Family { get; }

    /// <summary>Number of leading bits that count.</summary>
    public byte Length { get; }

    /// <summary>The address as a number: 10.0.0.1 is 0x0a000001.</summary>
    public UInt128 Address => new(_high, _low);

    /// <summary>Whether the prefix is one address.</summary>
    public bool IsHost => Length == MaxLength(Family);

    /// <summary>Compares family, address and length.</summary>
    public static bool operator ==(IpPrefix left, IpPrefix right) => left.Equals(right);

    /// <summary>Compares family, address and length.</summary>
    public static bool operator !=(IpPrefix left, IpPrefix right) => !left.Equals(right);

    /// <summary>Orders by family, address, length.</summary>
    public static bool operator <(IpPrefix left, IpPrefix right) => left.CompareTo(right) < 0;

    /// <summary>Orders by family, address, length.</summary>
    public static bool operator <=(IpPrefix left, IpPrefix right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by family, address, length.</summary>
    public static bool operator >(IpPrefix left, IpPrefix right) => left.CompareTo(right) > 0;

    /// <summary>Orders by family, address, length.</summary>
    public static bool operator >=(IpPrefix left, IpPrefix right) => left.CompareTo(right) >= 0;

    /// <summary>The prefix of full length for one address.</summary>
    public static IpPrefix Host(IpFamily family, UInt128 address) => new(family, address, MaxLength(family));

    /// <summary>Reads "10.0.0.0/8", "10.0.0.1", "2001:db8::/32"; dotted quads and RFC 4291 text only.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="error">What is wrong and what to write, when the text is no prefix.</param>
    /// <returns>Whether the text is a prefix with zero host bits.</returns>
    public static bool TryParse(string text, out IpPrefix prefix, [NotNullWhen(false)] out PrefixError? error)
    {
        prefix = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> addressText = slash < 0 ? text : text.AsSpan(0, slash);
        if (!TryParseAddress(addressText, out IpFamily family, out UInt128 address))
        {
            error = new PrefixError(
                $"'{text}' is not an IP address or prefix.", "Write it like 10.0.1.2, 10.0.0.0/8 or 2001:db8::/32.");
            return false;
        }

        int length = MaxLength(family);
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            || length > MaxLength(family)))
        {
            error = new PrefixError(
                $"'{text}' has no valid prefix length.", $"Write /0 to /{MaxLength(family)} after an {family} address.");
            return false;
        }

        UInt128 network = address & Mask(family, length);
        if (network != address)
        {
            error = new PrefixError(
                $"'{text}' has bits set after the first {length}.",
                $"Write {new IpPrefix(family, network, length)} for the prefix or {Host(family, address)} for the host.");
            return false;
        }

        prefix = new IpPrefix(family, address, length);
        error = null;
        return true;
    }

    /// <summary>Reads a prefix.</summary>
    /// <exception cref="FormatException">The text is no prefix with zero host bits.</exception>
    public static IpPrefix Parse(string text) =>
        TryParse(text, out IpPrefix prefix, out PrefixError? error)
            ? prefix
            : throw new FormatException($"{error.Message} {error.Hint}");

    /// <summary>Whether the address lies in the prefix.</summary>
    public bool Contains(IpFamily family, UInt128 address) =>
        family == Family && (address & Mask(family, Length)) == Address;

    /// <summary>Whether every address of the other prefix lies in this one.</summary>
    public bool Contains(IpPrefix other) => other.Length >= Length && Contains(other.Family, other.Address);

    /// <inheritdoc/>
    public bool Equals(IpPrefix other) =>
        _low == other._low && _high == other._high && Length == other.Length && Family == other.Family;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpPrefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low, Length, Family);

    /// <inheritdoc/>
    public int CompareTo(IpPrefix other)
    {
        int order = Family.CompareTo(other.Family);
        order = order != 0 ? order : Address.CompareTo(other.Address);
        return order != 0 ? order : Length.CompareTo(other.Length);
    }

    /// <summary>"10.0.0.0/8"; a host address without its length.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxText];
        return TryFormat(text, out int length, default, null) ? new string(text[..length]) : throw new UnreachableException();
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        int length = 0;
        bool fits = Family == IpFamily.IPv4
            ? destination.TryWrite(CultureInfo.InvariantCulture, $"{(byte)(_low >> 24)}.{(byte)(_low >> 16)}.{(byte)(_low >> 8)}.{(byte)_low}", out length)
            : TryFormatIPv6(destination, out length);
        if (fits && !IsHost)
        {
            fits = destination[length..].TryWrite(CultureInfo.InvariantCulture, $"/{Length}", out int suffix);
            length += suffix;
        }

        charsWritten = fits ? length : 0;
        return fits;
    }

    internal static int MaxLength(IpFamily family) => family == IpFamily.IPv4 ? 32 : 128;

    private static UInt128 Mask(IpFamily family, int length)
    {
        int width = MaxLength(family);
        UInt128 all = UInt128.MaxValue >> (128 - width);
        // A shift by the full width is a shift by none.
        return length == 0 ? UInt128.Zero : (all << (width - length)) & all;
    }

    private bool TryFormatIPv6(Span<char> destination, out int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(bytes).TryFormat(destination, out length);
    }

    private static bool TryParseAddress(ReadOnlySpan<char> text, out IpFamily family, out UInt128 address)
    {
        if (!text.Contains(':'))
        {
            family = IpFamily.IPv4;
            bool parsed = TryParseIPv4(text, out uint number);
            address = number;
            return parsed;
        }

        family = IpFamily.IPv6;
        address = default;
        // IPAddress also takes scopes, brackets and ports.
        if (text.ContainsAnyExcept(s_ipv6Characters)
            || !IPAddress.TryParse(text, out IPAddress? parsedAddress)
            || parsedAddress.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        parsedAddress.TryWriteBytes(bytes, out _);
        address = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        int octets = 0;
        int position = 0;
        while (octets < 4)
        {
            int start = position;
            uint octet = 0;
            while (position < text.Length && char.IsAsciiDigit(text[position]) && position - start < 3)
            {
                octet = (octet * 10) + (uint)(text[position++] - '0');
            }

            // A leading zero means octal to some tools.
            if (position == start || octet > 255 || (position - start > 1 && text[start] == '0'))
            {
                return false;
            }

            address = (address << 8) | octet;
            octets++;
            if (octets < 4 && (position >= text.Length || text[position++] != '.'))
            {
                return false;
            }
        }

        return position == text.Length;
    }
}
