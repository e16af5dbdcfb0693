using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>What a policy would do, for people.</summary>
internal static class WhatIfView
{
    private static readonly EnumDescriptor s_reason = ReasonReflection.Descriptor.FindTypeByName<EnumDescriptor>("Reason");
    private static readonly EnumDescriptor s_fate = TracedPacket.Descriptor.EnumTypes[0];

    /// <summary>Every packet with its number, then how many went which way.</summary>
    internal static void Packets(WhatIfResponse response, Page page)
    {
        Dictionary<string, ulong> totals = new(StringComparer.Ordinal);
        for (int i = 0; i < response.Packets.Count; i++)
        {
            TracedPacket packet = response.Packets[i];
            string treatment = Treatment(packet);
            totals[treatment] = totals.GetValueOrDefault(treatment) + 1;
            string ends = packet.SourceAddress.Length == 0
                ? "-"
                : $"{Words.Endpoint(packet.SourceAddress, packet.SourcePort)} -> {Words.Endpoint(packet.DestinationAddress, packet.DestinationPort)}";
            page.Line($"{i + 1} {ends} flags={Words.OrDash(string.Join(',', packet.TcpFlags))} options={Words.OrDash(string.Join(',', packet.TcpOptions))}: {treatment}");
        }

        page.Line("");
        DataTable table = new(Column.Number("PACKETS"), "TREATMENT");
        foreach ((string treatment, ulong packets) in totals.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal))
        {
            table.Add(packets, treatment);
        }

        page.Table(table, "There are no packets.");
    }

    internal static string Progress(ShadowReport report) =>
        $"{Words.Count(report.Compared, "packet")} compared, {Words.Number(report.Same)} treated the same, {Words.Number(report.Lost)} lost, {Words.Number(report.NotTried)} not tried";

    internal static void Shadow(ShadowReport report, Page page)
    {
        page.Line(Progress(report));
        page.Line("");
        DataTable table = new(Column.Number("PACKETS"), "RUNNING", "CANDIDATE", "HEADERS", "EXAMPLE");
        foreach (ShadowDifference difference in report.Differences)
        {
            table.Add(
                difference.Packets,
                Side(difference.RunningChain, difference.RunningFate, difference.RunningTargetNic),
                Side(difference.CandidateChain, difference.CandidateFate, difference.CandidateTargetNic),
                difference.Headers ? "differ" : "same",
                $"{Words.Endpoint(difference.RunningExample.SourceAddress, difference.RunningExample.SourcePort)} -> "
                    + Words.Endpoint(difference.RunningExample.DestinationAddress, difference.RunningExample.DestinationPort));
        }

        page.Table(table, "Nothing would be different.");
    }

    private static string Treatment(TracedPacket packet) =>
        packet.Chain.Length == 0 && packet.Reason is not (Reason.None or Reason.NoMatch)
            ? $"left alone: {Words.Name(s_reason, (int)packet.Reason)}"
            : TraceView.Treatment(packet);

    private static string Side(string chain, TracedPacket.Types.Fate fate, string target) =>
        $"{(chain.Length == 0 ? "no chain" : chain)}, {Words.Name(s_fate, (int)fate)}{(target.Length == 0 ? "" : $" to {target}")}";
}
