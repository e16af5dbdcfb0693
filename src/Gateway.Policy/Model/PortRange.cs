using System.Globalization;

namespace Gateway.Policy;

/// <summary>TCP ports <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
/// <param name="First">The lowest port.</param>
/// <param name="Last">The highest port.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>The range of one port.</summary>
    public PortRange(ushort port)
        : this(port, port)
    {
    }

    /// <summary>Reads "5201" or "5000-5100"; ports are 1-65535 and the first is not above the last.</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (!TryParsePort(dash < 0 ? text : text.AsSpan(0, dash), out ushort first))
        {
            return false;
        }

        ushort last = first;
        if (dash >= 0 && (!TryParsePort(text.AsSpan(dash + 1), out last) || last < first))
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }

    /// <summary>Whether the port lies in the range.</summary>
    public bool Contains(ushort port) => port >= First && port <= Last;

    /// <summary>"5201" or "5000-5100".</summary>
    public override string ToString() =>
        First == Last
            ? First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    internal static bool TryParsePort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port != 0;
}
