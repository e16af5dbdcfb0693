using Gateway.V1;
using Google.Protobuf.Collections;

namespace Gateway.Cli;

/// <summary>What differs between policies, for people.</summary>
internal static class DiffView
{
    internal static void Differences(DiffPolicyResponse response, Page page) => Differences(response.Diff, page);

    internal static void Differences(PolicyDiff diff, Page page)
    {
        page.Line($"{Side(diff.FromName, diff.FromRevision)} -> {Side(diff.ToName, diff.ToRevision)}");
        foreach (ChainDiff chain in diff.Chains)
        {
            page.Line($"{Sign(chain.Kind)} {chain.Words}");
            foreach (RuleChange change in chain.Changes)
            {
                page.Line($"    {Sign(change.Kind)} {change.Words}");
            }

            if (chain.Omitted > 0)
            {
                page.Line($"    and {Words.Count(chain.Omitted, "change")} more");
            }
        }

        page.Line(diff.Chains.Count == 0
            ? "No chain differs."
            : $"{Words.Count((ulong)diff.Chains.Count, "chain")} of {Words.Number((ulong)diff.Chains.Count + diff.UnchangedChains)} differ.");
    }

    /// <summary>The plan of a change that was only planned.</summary>
    internal static void Plan(PolicyPlan plan, Page page)
    {
        page.Line(
            $"would apply {plan.Diff.ToName} as revision {Words.Number(plan.ToRevision)}: {PolicyView.Size(plan.To)} (now {PolicyView.Size(plan.From)})");
        Differences(plan.Diff, page);
        Counters("Counters that go on:", plan.KeptCounters, page);
        Counters("Counters that begin at 0:", plan.NewCounters, page);
        Counters("Counters that end:", plan.EndedCounters, page);
        page.Line("Steps:");
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            page.Line($"  {Words.Number((ulong)i + 1)}. {plan.Steps[i].Words}");
        }

        page.Line("Nothing was changed.");
    }

    private static void Counters(string what, RepeatedField<string> chains, Page page)
    {
        if (chains.Count > 0)
        {
            page.Line($"{what} {string.Join(", ", chains)}");
        }
    }

    private static string Side(string name, ulong revision) => name.Length == 0 ? "no policy"
        : revision == 0 ? name
        : $"{name} revision {Words.Number(revision)}";

    private static char Sign(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => '+',
        ChangeKind.Removed => '-',
        ChangeKind.Moved => '>',
        _ => '~',
    };
}
