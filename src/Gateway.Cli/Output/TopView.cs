using System.Globalization;
using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>What happens right now, as lines that fit a screen: rates between two samples.</summary>
internal static class TopView
{
    private static readonly EnumDescriptor s_link = PortReflection.Descriptor.FindTypeByName<EnumDescriptor>("LinkState");
    private static readonly EnumDescriptor s_state = ConnectionReflection.Descriptor.FindTypeByName<EnumDescriptor>("ConnectionState");

    /// <summary>Draws a screen.</summary>
    /// <param name="before">The sample before; the same one gives rates of 0.</param>
    /// <param name="now">The sample.</param>
    /// <param name="width">Columns: longer lines are cut.</param>
    /// <param name="height">Lines: the tables share them, and say how many rows are not shown.</param>
    internal static IReadOnlyList<string> Render(TopSample before, TopSample now, int width, int height)
    {
        double seconds = Math.Max(now.Seconds - before.Seconds, 0.001);
        List<string> lines = [Head(now)];
        string[][][] tables = [Ports(before, now, seconds), Chains(before, now, seconds), Connections(before, now, seconds)];

        // A blank line and a heading each; what a short table leaves is for the next.
        int room = Math.Max(height - 1 - (2 * tables.Length), tables.Length);
        for (int i = 0; i < tables.Length; i++)
        {
            int rows = Math.Min(tables[i].Length - 1, room / (tables.Length - i));
            room -= rows;
            lines.Add("");
            lines.AddRange(Align(tables[i], rows));
        }

        return [.. lines.Take(height).Select(line => line.Length <= width ? line : line[..width])];
    }

    /// <summary>"950", "1.2k", "15.0M", "2.5G".</summary>
    internal static string Short(double value)
    {
        string[] units = ["", "k", "M", "G", "T"];
        int unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + units[unit];
    }

    private static string Head(TopSample now)
    {
        string policy = now.Status.Policy is { } applied ? $"policy {applied.Name} revision {Words.Number(applied.Revision)}" : "no policy";
        return $"gatewayd {now.Status.Version}  {policy}  {Words.Count((ulong)now.Connections.Connections.Count, "connection")}  "
            + $"{Words.Count(now.Counters.EventsLost, "event")} lost  {Words.Time(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000)}";
    }

    /// <summary>The first row is the heading; a leading '&gt;' has a column stand to the right.</summary>
    private static string[][] Ports(TopSample before, TopSample now, double seconds) =>
    [
        ["PORT", "LINK", ">IN PKT/S", ">IN BIT/S", ">OUT PKT/S", ">OUT BIT/S"],
        .. now.Ports.Ports.Select(port =>
        {
            Port? old = before.Ports.Ports.FirstOrDefault(p => p.Nic == port.Nic && p.Ifindex == port.Ifindex);
            return new[]
            {
                port.Nic, Words.Name(s_link, (int)port.Link),
                Rate(old?.Ingress?.Packets, port.Ingress?.Packets, seconds), Rate(old?.Ingress?.Bytes, port.Ingress?.Bytes, seconds / 8),
                Rate(old?.Egress?.Packets, port.Egress?.Packets, seconds), Rate(old?.Egress?.Bytes, port.Egress?.Bytes, seconds / 8),
            };
        }),
    ];

    private static string[][] Chains(TopSample before, TopSample now, double seconds) =>
    [
        ["CHAIN", ">PKT/S", ">BIT/S", "ACTORS"],
        .. now.Counters.Chains.Select(chain =>
        {
            ChainCounters? old = before.Counters.Chains.FirstOrDefault(c => c.Chain == chain.Chain);
            return new[]
            {
                chain.Chain, Rate(old?.Packets, chain.Packets, seconds), Rate(old?.Bytes, chain.Bytes, seconds / 8),
                string.Join(" ", chain.Actors.Select(a => a.Actor)),
            };
        }),
    ];

    private static string[][] Connections(TopSample before, TopSample now, double seconds)
    {
        Dictionary<string, Connection> old = [];
        foreach (Connection connection in before.Connections.Connections)
        {
            old[connection.Id] = connection;
        }

        return
        [
            ["CONNECTION", "STATE", ">SUBFLOWS", ">SENT BIT/S", ">REPLY BIT/S", ">RTT MS", ">RETRANS", "CLIENT", "SERVER"],
            .. now.Connections.Connections
                .Select(c => (Connection: c, Old: old.GetValueOrDefault(c.Id)))
                .OrderByDescending(c => Sent(c.Connection) + Replied(c.Connection) - (c.Old is null ? 0 : Sent(c.Old) + Replied(c.Old)))
                .Select(c => Row(c.Old, c.Connection, seconds)),
        ];
    }

    private static string[] Row(Connection? old, Connection connection, double seconds)
    {
        Subflow? first = connection.Subflows.OrderBy(s => s.Ordinal).FirstOrDefault();
        ulong rtt = connection.Subflows.Select(s => s.RttNanos).Where(r => r > 0).DefaultIfEmpty(0ul).Min();
        return
        [
            Words.OrDash(connection.Id), Words.Name(s_state, (int)connection.State),
            Words.Number((ulong)connection.Subflows.Count(s => s.State == SubflowState.Established)),
            Rate(old is null ? null : (ulong)Sent(old), (ulong)Sent(connection), seconds / 8),
            Rate(old is null ? null : (ulong)Replied(old), (ulong)Replied(connection), seconds / 8),
            Words.Milliseconds(rtt),
            Words.Number((ulong)connection.Subflows.Sum(s => (long)((s.Original?.Retransmissions ?? 0) + (s.Reply?.Retransmissions ?? 0)))),
            first is null ? "-" : Words.Endpoint(first.ClientAddress, first.ClientPort),
            first is null ? "-" : Words.Endpoint(first.ServerAddress, first.ServerPort),
        ];
    }

    private static long Sent(Connection connection) => connection.Subflows.Sum(s => (long)(s.Original?.Bytes ?? 0));

    private static long Replied(Connection connection) => connection.Subflows.Sum(s => (long)(s.Reply?.Bytes ?? 0));

    /// <summary>What was not there before has no rate yet; a counter that began anew has none either.</summary>
    private static string Rate(ulong? before, ulong? now, double seconds) =>
        before is not ulong from || now is not ulong to || to < from ? "-" : Short((to - from) / seconds);

    private static IEnumerable<string> Align(string[][] table, int rows)
    {
        string[][] shown = table[..(rows + 1)];
        int[] widths = [.. Enumerable.Range(0, table[0].Length).Select(c => shown.Max(r => r[c].TrimStart('>').Length))];
        IEnumerable<string> lines = shown.Select(row => string.Join("  ", row.Select((cell, c) =>
            table[0][c][0] == '>' ? cell.TrimStart('>').PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        return rows == table.Length - 1 ? lines : lines.Select((line, i) => i == 0 ? $"{line}  ({table.Length - 1 - rows} more)" : line);
    }
}
