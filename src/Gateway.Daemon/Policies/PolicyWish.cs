namespace Gateway.Daemon.Policies;

/// <summary>How a policy is to be changed.</summary>
/// <param name="Draft">What it is remembered with.</param>
/// <param name="ExpectedRevision">Only when this one runs; 0 = whatever runs.</param>
/// <param name="ExpectNone">Only when none runs.</param>
/// <param name="ConfirmWithin">It gives way unless confirmed within this time; zero = it stays.</param>
/// <param name="DryRun">Only plan.</param>
internal sealed record PolicyWish(
    RevisionDraft Draft, ulong ExpectedRevision = 0, bool ExpectNone = false, TimeSpan ConfirmWithin = default, bool DryRun = false);
