using Gateway.DataPlane;

namespace Gateway.Daemon.Policies;

/// <summary>What came of a wish.</summary>
/// <param name="Plan">What changed, or would.</param>
/// <param name="Applied">What runs now; null when it was only planned.</param>
/// <param name="Revision">As the history has it; null when it was only planned.</param>
/// <param name="Times">How long it took.</param>
internal sealed record PolicyOutcome(PolicyPlan Plan, AppliedPolicy? Applied, PolicyRevision? Revision, ApplyTimes Times);
