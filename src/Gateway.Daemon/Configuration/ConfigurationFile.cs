using Gateway.Daemon.Access;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Metrics;
using Gateway.DataPlane;

namespace Gateway.Daemon.Configuration;

/// <summary>What a configuration file says; what it leaves out is null.</summary>
internal sealed record ConfigurationFile
{
    public string? Socket { get; init; }

    public string? Pins { get; init; }

    public string? State { get; init; }

    /// <summary>Flows the gateway remembers, for each of IPv4 and IPv6.</summary>
    public uint? FlowEntries { get; init; }

    /// <summary>Subflows that named sets hold together, for each of IPv4 and IPv6.</summary>
    public uint? SetEntries { get; init; }

    /// <summary>One of <see cref="ConfigurationReader.LogLevels"/>.</summary>
    public string? LogLevel { get; init; }

    public MetricsOptions? Metrics { get; init; }

    public LedgerOptions? Ledger { get; init; }

    /// <summary>Who has what role, besides root.</summary>
    public IReadOnlyList<AccessRule> Access { get; init; } = [];

    /// <summary>A TCP address to serve; null = none.</summary>
    public ListenAddress? Listen { get; init; }

    public CallLimits Limits { get; init; } = new();

    /// <summary>What is to be attached when the daemon starts, a wire pair once.</summary>
    public IReadOnlyList<PortRequest> Ports { get; init; } = [];
}
