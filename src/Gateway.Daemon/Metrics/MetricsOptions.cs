using System.Net;
using OpenTelemetry.Exporter;

namespace Gateway.Daemon.Metrics;

/// <summary>Where metrics go: nowhere unless configured.</summary>
internal sealed record MetricsOptions
{
    /// <summary>Where /metrics is served: an <see cref="IPEndPoint"/> on loopback or a Unix socket; null = not.</summary>
    public EndPoint? Prometheus { get; init; }

    /// <summary>The OpenTelemetry collector; null = none. For HTTP it is the whole URL, such as http://127.0.0.1:4318/v1/metrics.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>How the collector is talked to.</summary>
    public OtlpExportProtocol Protocol { get; init; } = OtlpExportProtocol.Grpc;

    /// <summary>How often metrics are sent to the collector, 1 s to 1 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);
}
