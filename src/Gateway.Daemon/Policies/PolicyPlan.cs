using Gateway.DataPlane;
using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>What applying a policy comes to.</summary>
/// <param name="From">The revision that runs before; 0 = none.</param>
/// <param name="FromName">Its name; empty when none runs.</param>
/// <param name="FromSize">Its size; null when none runs.</param>
/// <param name="To">The revision it gets.</param>
/// <param name="ToName">Its name.</param>
/// <param name="ToSize">Its size.</param>
/// <param name="Difference">What differs.</param>
internal sealed record PolicyPlan(
    ulong From, string FromName, CompiledSize? FromSize, ulong To, string ToName, CompiledSize ToSize, PolicyDifference Difference)
{
    /// <summary>The steps, in order.</summary>
    public static IReadOnlyList<ApplyStep> Steps { get; } = Enum.GetValues<ApplyStep>();

    /// <summary>Chains of either policy, by what becomes of their counters.</summary>
    public required IReadOnlyList<string> KeptCounters { get; init; }

    /// <inheritdoc cref="KeptCounters"/>
    public required IReadOnlyList<string> NewCounters { get; init; }

    /// <inheritdoc cref="KeptCounters"/>
    public required IReadOnlyList<string> EndedCounters { get; init; }

    public static PolicyPlan Of(AppliedPolicy? running, PolicyDocument? before, ulong revision, PolicyDocument after, CompiledPolicy compiled)
    {
        HashSet<string> old = [.. running?.Chains.Select(c => c.Name) ?? []];
        HashSet<string> present = [.. after.Chains.Select(c => c.Name)];
        return new PolicyPlan(
            running?.Text.Revision ?? 0, running?.Text.Name ?? "", running?.Size, revision, after.Name, SizeOf(compiled),
            PolicyComparer.Compare(before, after))
        {
            KeptCounters = [.. present.Where(old.Contains)],
            NewCounters = [.. present.Where(c => !old.Contains(c))],
            EndedCounters = [.. old.Where(c => !present.Contains(c))],
        };
    }

    public static CompiledSize SizeOf(CompiledPolicy compiled) => new(
        compiled.Chains.Length, compiled.Terms.Length, compiled.ExactRules4.Length + compiled.ExactRules6.Length,
        compiled.Prefixes4.Length + compiled.Prefixes6.Length);
}
