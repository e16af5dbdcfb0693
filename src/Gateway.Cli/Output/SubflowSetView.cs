using System.Globalization;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>Sets of subflows for people.</summary>
internal static class SubflowSetView
{
    internal static void List(ListSubflowSetsResponse response, Page page)
    {
        DataTable table = new("NAME", Column.Number("IPV4"), Column.Number("IPV6"), "POLICY");
        foreach (SubflowSet set in response.Sets)
        {
            table.Add(set.Name, set.Ipv4, set.Ipv6, set.InUse ? "names it" : "");
        }

        page.Table(table, "There are no sets: `gatewayctl subflow-set add NAME SRC:PORT DST:PORT` makes one.");
    }

    /// <summary>A line that <c>subflow-set add --file</c> reads.</summary>
    internal static string Member(SubflowSetMember member) =>
        $"{End(member.Subflow.Src, member.Subflow.SrcPort)} {End(member.Subflow.Dst, member.Subflow.DstPort)}";

    private static string End(string address, uint port) => address.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");
}
