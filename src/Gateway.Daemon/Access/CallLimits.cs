namespace Gateway.Daemon.Access;

/// <summary>How much callers may ask for.</summary>
internal sealed record CallLimits
{
    /// <summary>Longest request without a policy or a program, bytes.</summary>
    public const int SmallRequest = 64 << 10;

    /// <summary>Calls with large requests that one caller may have at once.</summary>
    public const int LargeCalls = 4;

    /// <summary>The longest policy text (64 MiB) and the message around it.</summary>
    public const int LongestRequest = (64 << 20) + SmallRequest;

    /// <summary>Longest request with a policy or a program, bytes.</summary>
    public int RequestBytes { get; init; } = LongestRequest;

    /// <summary>Calls each caller may begin in a second; twice as many at once after a pause.</summary>
    public int RequestsPerSecond { get; init; } = 500;

    /// <summary>Calls each caller may have at once, streams included.</summary>
    public int Calls { get; init; } = 2000;

    /// <summary>Calls on one connection at once; more wait at the client.</summary>
    public int CallsPerConnection { get; init; } = 1000;

    /// <summary>Connections, on the Unix socket and the TCP address each.</summary>
    public int Connections { get; init; } = 1000;
}
