using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Policies;

/// <summary>
/// Makes the kernel and the state on disk agree when the daemon starts. What packets see counts: a policy in the kernel
/// stays; only when there is none, as after a reboot, the state says what runs.
/// </summary>
internal sealed partial class PolicyReconciliation(KernelDataPlane dataPlane, PolicyHistory history, TimeProvider time, ILogger logger)
{
    /// <summary>Brings the state to what the kernel runs.</summary>
    /// <returns>The revision that is to be put into the kernel; 0 = nothing is to be done.</returns>
    public ulong Run()
    {
        PolicyState state = history.State;
        PolicyText? running = dataPlane.Applied?.Text;
        ulong kernel = running?.Revision ?? 0;
        if (state.Intent is { } intent)
        {
            // The change was cut short: before the kernel's switch, or after it.
            bool done = intent.Target == kernel;
            LogCutShort(logger, intent.Target, done ? "is completed" : "is taken back");
            state = done ? state.Complete() : state.Abandon();
        }

        if (kernel != 0 && kernel != state.Running)
        {
            state = kernel == state.Pending?.RevertTo
                ? state.Begin(kernel, reverts: true).Complete()
                : Adopt(state, running!);
        }

        if (!ReferenceEquals(state, history.State))
        {
            history.TryStore(state);
        }

        return kernel == 0 ? state.Running : 0;
    }

    /// <summary>The time that is left to confirm; null when nothing is to be confirmed. Never more than was given.</summary>
    public static TimeSpan? TimeLeft(PolicyState state, TimeProvider time)
    {
        if (state.Pending is not { } pending)
        {
            return null;
        }

        TimeSpan left = pending.Deadline - time.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < pending.Within ? left : pending.Within;
    }

    /// <summary>The kernel runs what the history does not say: another state directory, or one that was lost.</summary>
    private PolicyState Adopt(PolicyState state, PolicyText running)
    {
        LogFound(logger, running.Name, running.Revision, state.Running);
        var text = new RevisionText(running.Utf8);
        if (state.Find(running.Revision) is not { } known)
        {
            var found = new PolicyRevision(
                running.Revision, running.Name, "", "", "found running in the kernel", time.GetUtcNow(), RevisionOrigin.Found, 0, RevisionFate.Prepared,
                dataPlane.Applied!.Size, text.Bytes.Length, text.Sha256);
            TryStoreText(found, text);
            state = state.With(found) with { Revisions = [.. state.Revisions.Append(found).OrderBy(r => r.Revision)] };
        }
        else if (known.TextSha256 != text.Sha256)
        {
            state = state with
            {
                Revisions = [.. state.Revisions.Select(r => r == known
                    ? r with { Name = running.Name, TextSha256 = text.Sha256, TextBytes = text.Bytes.Length, Origin = RevisionOrigin.Found }
                    : r)],
            };
            TryStoreText(known, text);
        }

        return state.Begin(running.Revision).Complete();
    }

    private void TryStoreText(PolicyRevision revision, RevisionText text)
    {
        try
        {
            history.StoreText(revision, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotStored(logger, revision.Revision, failure.Message);
        }
    }

    [LoggerMessage(1123, LogLevel.Warning, "A change to revision {Target} was cut short and {Fate}.")]
    private static partial void LogCutShort(ILogger logger, ulong target, string fate);

    [LoggerMessage(1124, LogLevel.Warning, "The kernel runs policy {Name} revision {Revision}, and the state on disk says {State}: the kernel's counts.")]
    private static partial void LogFound(ILogger logger, string name, ulong revision, ulong state);

    [LoggerMessage(1125, LogLevel.Error, "The text of revision {Revision} is not on disk: {Why}")]
    private static partial void LogNotStored(ILogger logger, ulong revision, string why);
}
