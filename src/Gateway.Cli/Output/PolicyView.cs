using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Policies for people.</summary>
internal static class PolicyView
{
    private static readonly EnumDescriptor s_hook = PolicyReflection.Descriptor.FindTypeByName<EnumDescriptor>("Hook");

    internal static void Applied(ApplyPolicyResponse response, Page page)
    {
        if (response.Applied is not { } applied)
        {
            DiffView.Plan(response.Plan, page);
            return;
        }

        page.Line($"applied {Identity(applied)}: {Size(applied.Compiled)}");
        if (response.Times is { } times)
        {
            page.Line(
                $"took {Words.Milliseconds(times.TotalNanos)} ms: read {Words.Milliseconds(times.ReadNanos)}, validate {Words.Milliseconds(times.ValidateNanos)}, "
                + $"compile {Words.Milliseconds(times.CompileNanos)}, plan {Words.Milliseconds(times.PlanNanos)}, store {Words.Milliseconds(times.StoreNanos)}, "
                + $"load {Words.Milliseconds(times.LoadNanos)}, switch {Words.Milliseconds(times.SwapNanos)}");
        }

        if (response.Revision is { State: PolicyRevision.Types.State.Unconfirmed } trial)
        {
            string otherwise = trial.RevertToRevision == 0 ? "no policy runs" : $"revision {Words.Number(trial.RevertToRevision)} runs again";
            page.Line(
                $"on trial: {otherwise} at {Words.Time(trial.ConfirmByUnixNanos)} without `gatewayctl policy confirm {Words.Number(applied.Revision)}`");
        }
    }

    internal static void Cleared(ClearPolicyResponse response, Page page) =>
        page.Line(response.ClearedRevision == 0 ? "no policy was running" : $"cleared revision {Words.Number(response.ClearedRevision)}");

    internal static void Running(GetPolicyResponse response, Page page)
    {
        if (response is { Applied: null, Revision: null })
        {
            page.Line("No policy runs: every packet passes unmodified.");
            return;
        }

        page.Fields([.. Facts(response)]);
        page.Line("");
        DataTable table = new("CHAIN", Column.Number("PRIORITY"), "HOOKS", "PORTS", "ACTORS");
        foreach (Chain chain in response.Policy?.Chains ?? [])
        {
            table.Add(
                chain.Name,
                chain.Priority,
                chain.Hooks.Count == 0 ? "ingress" : string.Join(',', chain.Hooks.Select(hook => Words.Name(s_hook, (int)hook))),
                chain.Ports.Count == 0 ? "all" : string.Join(',', chain.Ports),
                string.Join(',', chain.Actors.Select(Name)));
        }

        page.Table(table, "The policy has no chains.");
    }

    private static IEnumerable<(string Name, Cell Value)> Facts(GetPolicyResponse response)
    {
        if (response.Applied is { } applied)
        {
            yield return ("Policy", applied.Name);
            yield return ("Revision", Words.Number(applied.Revision));
            yield return ("Generation", Words.Number(applied.Generation));
            yield return ("Applied", Words.Time(applied.AppliedUnixNanos));
            yield return ("Compiled", Size(applied.Compiled));
        }

        if (response.Revision is { } revision)
        {
            if (response.Applied is null)
            {
                yield return ("Policy", revision.Name);
                yield return ("Revision", Words.Number(revision.Revision));
                yield return ("Created", Words.Time(revision.CreatedUnixNanos));
                yield return ("Compiled", Size(revision.Compiled));
            }

            yield return ("State", PolicyHistoryView.Name(revision.State));
            yield return ("Author", Words.OrDash(revision.Author));
            yield return ("Comment", Words.OrDash(revision.Comment.ReplaceLineEndings(" ")));
        }
    }

    /// <summary>"edge revision 7 (generation 12)".</summary>
    internal static string Identity(AppliedPolicy applied) =>
        $"{applied.Name} revision {Words.Number(applied.Revision)} (generation {Words.Number(applied.Generation)})";

    /// <summary>"2 chains, 5 terms, 0 exact rules, 4 prefixes".</summary>
    internal static string Size(CompiledSize? size) => size is null
        ? "-"
        : string.Join(
            ", ",
            Words.Count(size.Chains, "chain"),
            Words.Count(size.Terms, "term"),
            Words.Count(size.ExactRules, "exact rule"),
            size.Prefixes == 1 ? "1 prefix" : $"{Words.Number(size.Prefixes)} prefixes");

    /// <summary>The actor's name as in a policy file: the name of its field.</summary>
    private static string Name(Actor actor) =>
        Actor.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(actor)?.Name ?? "-";
}
