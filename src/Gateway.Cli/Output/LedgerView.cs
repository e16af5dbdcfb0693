using Gateway.V1;
using Verdict = Gateway.V1.LedgerEntry.Types.Verdict;

namespace Gateway.Cli;

/// <summary>The MPTCP ledger for people.</summary>
internal static class LedgerView
{
    internal static void List(LedgerResponse response, Page page)
    {
        DataTable table = new(
            "CLIENTS", "BY", "SERVERS", "BY", Column.Number("OFFERED"), Column.Number("ACCEPTED"), Column.Number("WITHOUT"), Column.Number("FELL BACK"),
            Column.Number("JOINS"), Column.Number("JOINED"), Column.Number("REFUSED"), "VERDICT");
        foreach (LedgerEntry entry in response.Entries)
        {
            table.Add(
                entry.ClientPrefix, entry.ClientNic, entry.ServerPrefix, entry.ServerNic, entry.Offered, entry.Accepted,
                entry.AnsweredWithout + entry.StrippedHere, entry.FellBackClient + entry.FellBackServer + entry.Failed, entry.JoinsOffered,
                entry.JoinsEstablished, entry.JoinsRefused + entry.JoinsRefusedHere + entry.JoinsAnsweredWithout, VerdictOf(entry));
        }

        page.Table(table, "No MPTCP handshake was seen. They are seen while a policy runs.");
        if (response.Evicted + response.Forgotten + response.EventsLost > 0)
        {
            page.Line("");
            page.Line(
                $"Not counted: {Words.Number(response.Evicted)} older entries removed, "
                + $"{Words.Count(response.Forgotten, "flow")} forgotten, {Words.Count(response.EventsLost, "event")} lost.");
        }
    }

    private static Cell VerdictOf(LedgerEntry entry) => entry.Verdict switch
    {
        Verdict.Works => Cell.Good("works"),
        Verdict.ServerSide => Cell.Bad($"no MPTCP beyond {Words.OrDash(entry.ServerNic)}"),
        Verdict.OfferLost => Cell.Bad($"SYNs with MPTCP get lost beyond {Words.OrDash(entry.ServerNic)}"),
        Verdict.ClientSide => Cell.Bad($"stripped before {Words.OrDash(entry.ClientNic)}"),
        Verdict.ServerSideLater => Cell.Bad($"stripped before {Words.OrDash(entry.ServerNic)}"),
        Verdict.PayloadChanged => Cell.Bad("payload changed on the way"),
        Verdict.StrippedHere => Cell.Dim("stripped by policy"),
        Verdict.Mixed => "mixed",
        _ => Cell.Dim("not answered yet"),
    };
}
