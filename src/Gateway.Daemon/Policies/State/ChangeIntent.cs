namespace Gateway.Daemon.Policies;

/// <summary>What is about to run. Written before the kernel is told, so that whoever finds it knows what the kernel may run.</summary>
/// <param name="Target">The revision; 0 = none.</param>
/// <param name="Pending">It is on trial.</param>
/// <param name="Reverts">The present one was not confirmed in time.</param>
internal sealed record ChangeIntent(ulong Target, PendingConfirmation? Pending, bool Reverts);
