namespace Gateway.Daemon.Hosting;

/// <summary>Exit codes of gatewayd.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It could not start, or failed while it ran.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Another daemon manages the same pins or listens on the same socket.</summary>
    public const int AlreadyRuns = 3;

    /// <summary>Privileges are missing.</summary>
    public const int Privilege = 4;
}
