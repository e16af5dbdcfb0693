namespace Gateway.Daemon.Policies;

/// <summary>A policy runs on trial.</summary>
/// <param name="RevertTo">What runs again without confirmation; 0 = nothing.</param>
/// <param name="Deadline">When.</param>
/// <param name="Within">The time it was given: a clock that jumps never makes it longer.</param>
internal sealed record PendingConfirmation(ulong RevertTo, DateTimeOffset Deadline, TimeSpan Within);
