using System.Text;
using Gateway.V1;
using Google.Protobuf.Reflection;
using State = Gateway.V1.PolicyRevision.Types.State;

namespace Gateway.Cli;

/// <summary>The history of policies for people.</summary>
internal static class PolicyHistoryView
{
    private static readonly EnumDescriptor s_state = PolicyRevision.Descriptor.FindDescriptor<EnumDescriptor>("State");
    private static readonly EnumDescriptor s_kind = PolicyChange.Descriptor.FindDescriptor<EnumDescriptor>("Kind");

    internal static void History(PolicyHistoryResponse response, Page page)
    {
        DataTable table = new(Column.Number("REVISION"), "STATE", "POLICY", "CREATED", "AUTHOR", "FROM", "COMMENT");
        foreach (PolicyRevision revision in response.Revisions)
        {
            table.Add(
                revision.Revision,
                Standing(revision),
                revision.Name,
                Words.Time(revision.CreatedUnixNanos),
                revision.Author,
                revision.FromRevision == 0 ? "-" : Words.Number(revision.FromRevision),
                revision.Comment.ReplaceLineEndings(" "));
        }

        page.Table(table, "No policy has been applied or imported.");
    }

    internal static void Confirmed(ConfirmPolicyResponse response, Page page) =>
        page.Line($"confirmed {response.Revision.Name} revision {Words.Number(response.Revision.Revision)}: it stays");

    internal static void Imported(ImportPolicyResponse response, Page page) => page.Line(
        $"imported {response.Revision.Name} as revision {Words.Number(response.Revision.Revision)}: apply it with `gatewayctl policy rollback "
        + $"{Words.Number(response.Revision.Revision)}`");

    /// <summary>One line for a change.</summary>
    internal static string Line(PolicyChange change)
    {
        string what = change.Revision is { } revision
            ? $"{revision.Name} revision {Words.Number(revision.Revision)} ({Name(revision.State)})"
            : "no policy";
        string by = change.Revision is { Author.Length: > 0 } known ? $" by {known.Author}" : "";
        string before = change.PreviousRevision == 0 ? "" : $", before revision {Words.Number(change.PreviousRevision)}";
        return $"{Words.Time(change.UnixNanos)} {Words.Name(s_kind, (int)change.Kind)}: {what}{by}{before}";
    }

    /// <summary>Where a policy comes from, as comments of its file.</summary>
    internal static string Comments(PolicyRevision? revision)
    {
        if (revision is null)
        {
            return "";
        }

        StringBuilder text = new();
        text.Append("# revision ").Append(Words.Number(revision.Revision)).Append(", ").Append(Words.Time(revision.CreatedUnixNanos));
        text.Append(revision.Author.Length == 0 ? "" : $", by {revision.Author}").Append('\n');
        foreach (string line in revision.Comment.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append("# ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    internal static string Name(State state) => Words.Name(s_state, (int)state);

    private static Cell Standing(PolicyRevision revision) => revision.State switch
    {
        State.Running => Cell.Good("running"),
        State.Unconfirmed => Cell.Bad($"unconfirmed until {Words.Time(revision.ConfirmByUnixNanos)}"),
        State.Reverted or State.Unusable => Cell.Bad(Name(revision.State)),
        _ => Cell.Dim(Name(revision.State)),
    };
}
