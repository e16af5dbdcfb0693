using System.Globalization;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Values of messages as words.</summary>
internal static class Words
{
    internal static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>"1 chain", "2 chains".</summary>
    internal static string Count(ulong number, string noun) => $"{Number(number)} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>An enumeration value by its name in the proto file: SUBFLOW_STATE_CLOSING is "closing"; "-" when not specified.</summary>
    /// <param name="type">The enumeration.</param>
    /// <param name="value">The value; of one newer than this program the number is printed.</param>
    internal static string Name(EnumDescriptor type, int value)
    {
        if (type.FindValueByNumber(value) is not { } named)
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        string zero = type.FindValueByNumber(0)!.Name;
        string name = named.Name[(zero.LastIndexOf('_') + 1)..].ToLowerInvariant();
        return name == "unspecified" ? "-" : name;
    }

    /// <summary>"192.0.2.1:443", "[2001:db8::1]:443"; "-" when there is no address.</summary>
    internal static string Endpoint(string address, uint port) =>
        address.Length == 0 ? "-" : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{Number(port)}" : $"{address}:{Number(port)}";

    /// <summary>A time in UTC to the millisecond, ISO 8601; "-" when 0.</summary>
    internal static string Time(long unixNanos) => unixNanos == 0
        ? "-"
        : DateTimeOffset.UnixEpoch.AddTicks(unixNanos / TimeSpan.NanosecondsPerTick)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Nanoseconds as milliseconds to the microsecond; "-" when 0.</summary>
    internal static string Milliseconds(ulong nanos) =>
        nanos == 0 ? "-" : (nanos / 1_000_000m).ToString("0.000", CultureInfo.InvariantCulture);

    internal static string YesNo(bool value) => value ? "yes" : "no";

    internal static string OrDash(string text) => text.Length == 0 ? "-" : text;
}
