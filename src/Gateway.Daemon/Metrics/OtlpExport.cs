using Gateway.Daemon.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Gateway.Daemon.Metrics;

/// <summary>
/// Sends metrics to an OpenTelemetry collector. Headers, such as a token, and certificates come from the OTEL_EXPORTER_OTLP_
/// variables of the environment.
/// </summary>
internal sealed partial class OtlpExport(DaemonOptions options, GatewayMeter meter, ILogger<OtlpExport> logger) : IHostedService, IDisposable
{
    /// <summary>Series of one instrument; the SDK keeps room for all of them.</summary>
    private const int MaxSeries = 20_000;

    private MeterProvider? _provider;
    private OtlpFailures? _failures;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics.Otlp is not { } collector)
        {
            return Task.CompletedTask;
        }

        _ = meter;
        _failures = new OtlpFailures(failure => LogFailure(logger, collector, failure));
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(GatewayMeter.Name)
            .AddView("gateway.actor.outcomes", new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
            .ConfigureResource(resource => resource.AddService("gatewayd", serviceVersion: DaemonVersion.Text, serviceInstanceId: Environment.MachineName))
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = collector;
                exporter.Protocol = options.Metrics.Protocol;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Metrics.Interval.TotalMilliseconds;
            })
            .Build();
        LogSending(logger, collector, options.Metrics.Interval.TotalSeconds);
        return Task.CompletedTask;
    }

    /// <summary>The last values are sent, if the collector takes them within a second.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => _provider?.Shutdown(1000), CancellationToken.None);

    public void Dispose()
    {
        _provider?.Dispose();
        _failures?.Dispose();
    }

    [LoggerMessage(1604, LogLevel.Information, "Metrics are sent to {Collector} every {Seconds} s.")]
    private static partial void LogSending(ILogger logger, Uri collector, double seconds);

    [LoggerMessage(1605, LogLevel.Warning, "Metrics do not reach {Collector}: {Failure}")]
    private static partial void LogFailure(ILogger logger, Uri collector, string failure);
}
