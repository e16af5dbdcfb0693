using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>What the command line says.</summary>
internal sealed record DaemonOptions
{
    public const string DefaultSocket = "/run/gateway/gateway.sock";

    public const string DefaultPins = "/sys/fs/bpf/gateway";

    public const string DefaultState = "/var/lib/gatewayd";

    /// <summary>Absolute path of the Unix socket.</summary>
    public required string Socket { get; init; }

    public required string State { get; init; }

    public required DataPlaneOptions DataPlane { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
