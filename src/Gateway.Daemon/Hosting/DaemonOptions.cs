using Gateway.Daemon.Access;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Metrics;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>What the command line and the configuration file say; the command line wins.</summary>
internal sealed record DaemonOptions
{
    public const string DefaultSocket = "/run/gateway/gateway.sock";

    public const string DefaultPins = "/sys/fs/bpf/gateway";

    public const string DefaultState = "/var/lib/gatewayd";

    /// <summary>Longest path a Unix socket can have, in bytes (unix(7)).</summary>
    public const int MaxSocketPath = 107;

    /// <summary>Absolute path of the Unix socket.</summary>
    public required string Socket { get; init; }

    public required string State { get; init; }

    public required DataPlaneOptions DataPlane { get; init; }

    /// <summary>What is to be attached when the daemon starts, a wire pair once.</summary>
    public IReadOnlyList<PortRequest> Ports { get; init; } = [];

    public MetricsOptions Metrics { get; init; } = new();

    public LedgerOptions Ledger { get; init; } = new();

    /// <summary>Who has what role, besides root.</summary>
    public IReadOnlyList<AccessRule> Access { get; init; } = [];

    /// <summary>A TCP address to serve; null = none.</summary>
    public ListenAddress? Listen { get; init; }

    public CallLimits Limits { get; init; } = new();

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
