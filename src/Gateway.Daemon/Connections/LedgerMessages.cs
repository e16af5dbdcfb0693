using System.Globalization;
using Verdict = Gateway.V1.LedgerEntry.Types.Verdict;

namespace Gateway.Daemon.Connections;

/// <summary>Entries of the ledger as clients see them.</summary>
internal static class LedgerMessages
{
    public static V1.LedgerEntry Of(LedgerEntry entry, LedgerOptions options)
    {
        ref LedgerCounts counts = ref entry.Counts;
        var message = new V1.LedgerEntry
        {
            ClientPrefix = Prefix(entry.Key.Client, options),
            ServerPrefix = Prefix(entry.Key.Server, options),
            ClientNic = entry.Key.ClientNic,
            ServerNic = entry.Key.ServerNic,
            FirstSeenUnixNanos = entry.FirstSeen,
            LastSeenUnixNanos = entry.LastSeen,
            Offered = counts[LedgerCount.Offered],
            OfferedV0 = counts[LedgerCount.OfferedV0],
            OfferedAgain = counts[LedgerCount.OfferedAgain],
            Accepted = counts[LedgerCount.Accepted],
            AcceptedV0 = counts[LedgerCount.AcceptedV0],
            AnsweredWithout = counts[LedgerCount.AnsweredWithout],
            Refused = counts[LedgerCount.Refused],
            StrippedHere = counts[LedgerCount.StrippedHere],
            Established = counts[LedgerCount.Established],
            FellBackClient = counts[LedgerCount.FellBackClient],
            FellBackServer = counts[LedgerCount.FellBackServer],
            Failed = counts[LedgerCount.Failed],
            JoinsOffered = counts[LedgerCount.JoinsOffered],
            JoinsAccepted = counts[LedgerCount.JoinsAccepted],
            JoinsEstablished = counts[LedgerCount.JoinsEstablished],
            JoinsRefused = counts[LedgerCount.JoinsRefused],
            JoinsAnsweredWithout = counts[LedgerCount.JoinsAnsweredWithout],
            JoinsRefusedHere = counts[LedgerCount.JoinsRefusedHere],
        };
        message.Verdict = VerdictOf(message);
        return message;
    }

    private static string Prefix(System.Net.IPAddress network, LedgerOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"{network}/{(network.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? options.IPv4Prefix : options.IPv6Prefix)}");

    private static Verdict VerdictOf(V1.LedgerEntry entry)
    {
        ulong fellBack = entry.FellBackClient + entry.FellBackServer + entry.Failed;
        ulong worked = entry.Accepted - Math.Min(entry.Accepted, fellBack);
        int causes = (entry.AnsweredWithout > 0 ? 1 : 0) + (fellBack > 0 ? 1 : 0) + (entry.StrippedHere > 0 ? 1 : 0) + (worked > 0 ? 1 : 0);
        return causes switch
        {
            0 => Verdict.Unspecified,
            > 1 => Verdict.Mixed,
            _ when worked > 0 => Verdict.Works,
            _ when entry.StrippedHere > 0 => Verdict.StrippedHere,
            _ when entry.AnsweredWithout > 0 => entry.OfferedAgain > 0 ? Verdict.OfferLost : Verdict.ServerSide,
            _ when entry.Failed > 0 && entry.FellBackClient + entry.FellBackServer == 0 => Verdict.PayloadChanged,
            _ => entry.FellBackServer == 0 ? Verdict.ClientSide : entry.FellBackClient == 0 ? Verdict.ServerSideLater : Verdict.Mixed,
        };
    }
}
