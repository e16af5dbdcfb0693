using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Policy;

namespace Gateway.Daemon.Services;

/// <summary>What is said about plans and differences.</summary>
internal static class PlanMessages
{
    public static V1.PolicyPlan Of(PolicyPlan plan) => new()
    {
        FromRevision = plan.From,
        ToRevision = plan.To,
        Diff = Of(plan.Difference, (plan.From, plan.FromName), (plan.To, plan.ToName)),
        From = plan.FromSize is null ? null : PolicyMessages.Of(plan.FromSize),
        To = PolicyMessages.Of(plan.ToSize),
        Steps = { PolicyPlan.Steps.Select(step => new V1.PlanStep { Name = step.ToString(), Words = Words(step, plan) }) },
        KeptCounters = { plan.KeptCounters },
        NewCounters = { plan.NewCounters },
        EndedCounters = { plan.EndedCounters },
    };

    public static V1.ApplyTimes Of(ApplyTimes times) => new()
    {
        ReadNanos = Nanos(times.Load.Read),
        ValidateNanos = Nanos(times.Load.Validate),
        CompileNanos = Nanos(times.Load.Compile),
        PlanNanos = Nanos(times.Plan),
        StoreNanos = Nanos(times.Store),
        LoadNanos = Nanos(times.Fill),
        SwapNanos = Nanos(times.Swap),
        TotalNanos = Nanos(times.Total),
    };

    public static V1.PolicyDiff Of(PolicyDifference difference, (ulong Revision, string Name) from, (ulong Revision, string Name) to) => new()
    {
        FromRevision = from.Revision,
        FromName = from.Name,
        ToRevision = to.Revision,
        ToName = to.Name,
        Chains = { difference.Chains.Select(Of) },
        UnchangedChains = (uint)difference.Unchanged,
    };

    private static V1.ChainDiff Of(ChainDifference chain) => new()
    {
        Chain = chain.Name,
        Kind = Of(chain.Kind),
        Words = chain.Words,
        Changes = { chain.Changes.Select(Of) },
        Omitted = (uint)chain.Omitted,
    };

    private static V1.RuleChange Of(RuleChange change) => new()
    {
        Kind = Of(change.Kind),
        Path = change.Path,
        Before = change.Before,
        After = change.After,
        Words = change.Words,
    };

    private static V1.ChangeKind Of(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => V1.ChangeKind.Added,
        ChangeKind.Removed => V1.ChangeKind.Removed,
        ChangeKind.Moved => V1.ChangeKind.Moved,
        _ => V1.ChangeKind.Changed,
    };

    private static ulong Nanos(TimeSpan time) => (ulong)Math.Max(0, time.TotalNanoseconds);

    private static string Words(ApplyStep step, PolicyPlan plan) => step switch
    {
        ApplyStep.StoreText => $"Store the text of revision {plan.To} in the state directory.",
        ApplyStep.StoreIntent => $"Store that revision {plan.To} is about to run.",
        ApplyStep.FillTables =>
            $"Make tables of {plan.ToSize.Terms} terms, {plan.ToSize.ExactRules} exact rules and {plan.ToSize.Prefixes} prefixes in the kernel; no packet reaches them.",
        ApplyStep.EnterSlot => "Put the tables into a free slot of the packet programs' maps.",
        ApplyStep.PinDocument => "Pin the policy's document beside them.",
        ApplyStep.Switch => "Have every packet program follow the new tables with one write.",
        _ => $"Store that revision {plan.To} runs.",
    };
}
