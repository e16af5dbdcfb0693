using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Policies;

/// <content>
/// What is logged, of all parts: the generator writes one part for each file, in any order, and two builds of a package must
/// be the same.
/// </content>
internal sealed partial class PolicyControl
{
    [LoggerMessage(1101, LogLevel.Information, "Policy {Name} revision {Revision} runs as generation {Generation}, {Chains} chains.")]
    private static partial void LogApplied(ILogger logger, string name, ulong revision, uint generation, int chains);

    [LoggerMessage(1102, LogLevel.Information, "Policy {Name} revision {Revision} was cleared.")]
    private static partial void LogCleared(ILogger logger, string name, ulong revision);

    [LoggerMessage(1103, LogLevel.Information, "Attached {Nics}.")]
    private static partial void LogAttached(ILogger logger, string nics);

    [LoggerMessage(1104, LogLevel.Information, "Detached {Nics}.")]
    private static partial void LogDetached(ILogger logger, string nics);

    [LoggerMessage(1105, LogLevel.Information, "Cleaned up: {Count} objects removed.")]
    private static partial void LogCleanedUp(ILogger logger, int count);

    [LoggerMessage(1106, LogLevel.Error, "Policy {Name} revision {Revision} runs, but its stored text cannot be read: {Error}")]
    private static partial void LogUnreadable(ILogger logger, string name, ulong revision, string error);

    [LoggerMessage(1107, LogLevel.Information, "Policy {Name} revision {Revision} is confirmed.")]
    private static partial void LogConfirmed(ILogger logger, string name, ulong revision);

    [LoggerMessage(1108, LogLevel.Information, "Policy {Name} is in the history as revision {Revision}.")]
    private static partial void LogImported(ILogger logger, string name, ulong revision);

    [LoggerMessage(1109, LogLevel.Warning, "Revision {Revision} was not confirmed in time: revision {Reverted} runs again (0 = none).")]
    private static partial void LogReverted(ILogger logger, ulong revision, ulong reverted);

    [LoggerMessage(1110, LogLevel.Error, "Revision {Revision} was not confirmed in time, but still runs and is tried again to revert: {Failure}")]
    private static partial void LogNotReverted(ILogger logger, ulong revision, string failure);

    [LoggerMessage(1118, LogLevel.Error, "Revision {Revision} could not be put into the kernel: {Failure}")]
    private static partial void LogNotRestored(ILogger logger, ulong revision, string failure);

    [LoggerMessage(1126, LogLevel.Information, "Applying revision {Revision} took {Milliseconds} ms, its switch {Microseconds} µs.")]
    private static partial void LogTimes(ILogger logger, ulong revision, long milliseconds, long microseconds);

    [LoggerMessage(1127, LogLevel.Warning, "What is captured could not be changed: {Why}")]
    private static partial void LogCaptureUnchanged(ILogger logger, string why);
}
