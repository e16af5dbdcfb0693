namespace Gateway.Demo;

/// <summary>How gatewayd is started beside what every lab needs.</summary>
public sealed record DaemonStart
{
    /// <summary>Command that the daemon is started through and that becomes it, such as nsenter(1).</summary>
    public IReadOnlyList<string> Within { get; init; } = [];

    /// <summary>Directory of the pins; null = one named after the lab in /sys/fs/bpf.</summary>
    public string? Pins { get; init; }

    /// <summary>More arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
