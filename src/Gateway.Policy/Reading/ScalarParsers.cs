using System.Globalization;
using Gateway.Mptcp.Packets;

namespace Gateway.Policy;

/// <summary>Texts of the values in a policy file.</summary>
internal static class ScalarParsers
{
    public static bool Text(string text, out string value, out string message, out string hint)
    {
        (value, message, hint) = (text, "", "");
        return true;
    }

    public static bool Prefix(string text, out IpPrefix value, out string message, out string hint)
    {
        bool parsed = IpPrefix.TryParse(text, out value, out PrefixError? error);
        (message, hint) = (error?.Message ?? "", error?.Hint ?? "");
        return parsed;
    }

    public static bool Port(string text, out ushort value, out string message, out string hint) =>
        Explain(PortRange.TryParsePort(text, out value), text, "is not a TCP port.", "Write a number from 1 to 65535.", out message, out hint);

    public static bool Ports(string text, out PortRange value, out string message, out string hint) =>
        Explain(PortRange.TryParse(text, out value), text, "is not a TCP port or a range of ports.", "Write it like 5201 or 5000-5100; ports are 1-65535.", out message, out hint);

    public static bool Switch(string text, out bool value, out string message, out string hint)
    {
        value = text is "on" or "true";
        return Explain(value || text is "off" or "false", text, "is neither on nor off.", "Write on or off.", out message, out hint);
    }

    public static bool Integer(string text, out int value, out string message, out string hint) =>
        Explain(int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value), text, "is not a whole number.", "Write digits only.", out message, out hint);

    public static bool Count(string text, out uint value, out string message, out string hint) =>
        Explain(uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value), text, "is not a whole number.", "Write digits only.", out message, out hint);

    public static bool RateText(string text, out Rate value, out string message, out string hint) =>
        Explain(Rate.TryParse(text, out value), text, "is not a rate.", "Write it like 20Mbit/s; units are bit/s, Kbit/s, Mbit/s and Gbit/s.", out message, out hint);

    public static bool Mac(string text, out MacAddress value, out string message, out string hint) =>
        Explain(MacAddress.TryParse(text, out value), text, "is not a MAC address.", "Write it like 02:00:5e:10:00:01.", out message, out hint);

    public static bool HookName(string text, out Hooks value, out string message, out string hint)
    {
        value = text switch { "ingress" => Hooks.Ingress, "egress" => Hooks.Egress, _ => Hooks.None };
        return Explain(value != Hooks.None, text, "is not a hook.", "Write ingress or egress.", out message, out hint);
    }

    public static bool Direction(string text, out FlowDirection value, out string message, out string hint)
    {
        value = text switch { "original" => FlowDirection.Original, "reply" => FlowDirection.Reply, _ => FlowDirection.Unknown };
        return Explain(value != FlowDirection.Unknown, text, "is not a direction.", "Write original or reply.", out message, out hint);
    }

    public static bool PacketType(string text, out PacketTypes value, out string message, out string hint)
    {
        bool known = PacketTypeNames.TryParse(text, out value);
        (message, hint) = known ? ("", "") : ($"'{text}' is not a packet type.", Spelling.Hint(text, PacketTypeNames.All));
        return known;
    }

    /// <summary>An end of a connection; true is the one that accepted it.</summary>
    public static bool ConnectionEnd(string text, out bool value, out string message, out string hint)
    {
        value = text == "server";
        return Explain(value || text == "client", text, "is not an end of a connection.", "Write client or server.", out message, out hint);
    }

    public static bool RateScopeName(string text, out RateScope value, out string message, out string hint) => Explain(
        RateScopeNames.TryParse(text, out value), text, "is not what can share a rate.", "Write subflow, connection or chain.", out message, out hint);

    /// <summary>32 bits, decimal or hexadecimal with 0x.</summary>
    public static bool Bits(string text, out uint value, out string message, out string hint)
    {
        bool parsed = text.StartsWith("0x", StringComparison.Ordinal)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return Explain(parsed, text, "is not a number of 32 bits.", "Write it like 46 or 0x10.", out message, out hint);
    }

    /// <summary>64 bits, decimal or hexadecimal with 0x.</summary>
    public static bool Number(string text, out ulong value, out string message, out string hint)
    {
        bool parsed = text.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return Explain(parsed, text, "is not a number of 64 bits.", "Write it like 1200 or 0x4b0.", out message, out hint);
    }

    public static bool Reset(string text, out ResetReason value, out string message, out string hint)
    {
        bool parsed = ResetReasonNames.TryParse(text, out value);
        (message, hint) = parsed ? ("", "") : ($"'{text}' is not a reason to reset a subflow.", Spelling.Hint(text, ResetReasonNames.All));
        return parsed;
    }

    /// <summary>What buckets are made of; true is the connection.</summary>
    public static bool BucketKey(string text, out bool value, out string message, out string hint)
    {
        value = text == "connection";
        return Explain(value || text == "subflow", text, "is not what buckets can be made of.", "Write subflow or connection.", out message, out hint);
    }

    public static bool AddressFamily(string text, out IpFamily value, out string message, out string hint)
    {
        value = text == "v6" ? IpFamily.IPv6 : IpFamily.IPv4;
        return Explain(text is "v4" or "v6", text, "is not an address family.", "Write v4 or v6.", out message, out hint);
    }

    /// <summary>Builds the message only when there is an error: a million subflows pass here.</summary>
    private static bool Explain(bool parsed, string text, string isNot, string fix, out string message, out string hint)
    {
        (message, hint) = parsed ? ("", "") : ($"'{text}' {isNot}", fix);
        return parsed;
    }
}
