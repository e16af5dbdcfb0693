namespace Gateway.Daemon.Hosting;

/// <summary>The daemon cannot start; the message is one line that says what to do.</summary>
internal sealed class StartException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
