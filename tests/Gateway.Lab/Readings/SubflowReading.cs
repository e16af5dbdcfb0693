using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Gateway.Lab;

/// <summary>One established TCP socket as <c>ss -tien</c> shows it.</summary>
public sealed partial record SubflowReading
{
    /// <summary>Local address and port.</summary>
    public required IPEndPoint Local { get; init; }

    /// <summary>Peer's address and port.</summary>
    public required IPEndPoint Peer { get; init; }

    /// <summary>Whether it is a subflow of an MPTCP connection.</summary>
    public required bool Mptcp { get; init; }

    /// <summary>Whether it joined by MP_JOIN (flag J or j).</summary>
    public required bool Joined { get; init; }

    /// <summary>Whether this end asked the peer to treat it as backup (flag b).</summary>
    public required bool BackupRequested { get; init; }

    /// <summary>Whether the peer asked this end to treat it as backup (flag B), by MP_JOIN or MP_PRIO.</summary>
    public required bool BackupByPeer { get; init; }

    /// <summary>Smoothed RTT in ms.</summary>
    public required double RttMs { get; init; }

    /// <summary>Congestion window, bytes.</summary>
    public required long CongestionWindow { get; init; }

    /// <summary>Window scale of the peer (shift of the windows this end receives); null when none was agreed.</summary>
    public required int? SendWindowScale { get; init; }

    /// <summary>Window scale of this end (shift of the windows it sends).</summary>
    public required int? ReceiveWindowScale { get; init; }

    /// <summary>Bytes sent, retransmissions included.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Bytes received.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Segments sent again.</summary>
    public required long Retransmits { get; init; }

    /// <summary>The line itself.</summary>
    public required string Text { get; init; }

    internal static IReadOnlyList<SubflowReading> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Line)];

    private static SubflowReading Line(string line)
    {
        Match addresses = Addresses().Match(line);
        if (!addresses.Success)
        {
            throw new FormatException($"ss prints a line without addresses: {line}");
        }

        Match flags = Flags().Match(line), scale = WindowScale().Match(line);
        string letters = flags.Groups[1].Value;
        return new SubflowReading
        {
            Local = EndPoint(addresses.Groups[1].Value),
            Peer = EndPoint(addresses.Groups[2].Value),
            Mptcp = flags.Success,
            Joined = letters.Contains('J', StringComparison.OrdinalIgnoreCase),
            BackupRequested = letters.Contains('b', StringComparison.Ordinal),
            BackupByPeer = letters.Contains('B', StringComparison.Ordinal),
            RttMs = double.TryParse(Rtt().Match(line).Groups[1].Value, CultureInfo.InvariantCulture, out double rtt) ? rtt : 0,
            CongestionWindow = Number(Window().Match(line)) * Number(SegmentSize().Match(line)),
            SendWindowScale = scale.Success ? int.Parse(scale.Groups[1].Value, CultureInfo.InvariantCulture) : null,
            ReceiveWindowScale = scale.Success ? int.Parse(scale.Groups[2].Value, CultureInfo.InvariantCulture) : null,
            BytesSent = Number(Sent().Match(line)),
            BytesReceived = Number(Received().Match(line)),
            Retransmits = Number(Retransmitted().Match(line)),
            Text = line,
        };
    }

    private static IPEndPoint EndPoint(string text) => IPEndPoint.Parse(Interface().Replace(text, ""));

    private static long Number(Match match) => match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^\s*(?:ESTAB\s+)?\d+\s+\d+\s+(\S+:\d+)\s+(\S+:\d+)\s")]
    private static partial Regex Addresses();

    [GeneratedRegex("%[^]:]+")]
    private static partial Regex Interface();

    [GeneratedRegex(@"tcp-ulp-mptcp flags:(\S*)")]
    private static partial Regex Flags();

    [GeneratedRegex(@"\swscale:(\d+),(\d+)")]
    private static partial Regex WindowScale();

    [GeneratedRegex(@"\srtt:([\d.]+)/")]
    private static partial Regex Rtt();

    [GeneratedRegex(@"\scwnd:(\d+)")]
    private static partial Regex Window();

    [GeneratedRegex(@"\smss:(\d+)")]
    private static partial Regex SegmentSize();

    [GeneratedRegex(@"\sbytes_sent:(\d+)")]
    private static partial Regex Sent();

    [GeneratedRegex(@"\sbytes_received:(\d+)")]
    private static partial Regex Received();

    [GeneratedRegex(@"\sretrans:\d+/(\d+)")]
    private static partial Regex Retransmitted();
}
