using System.Diagnostics.Tracing;
using System.Globalization;

namespace Gateway.Daemon.Metrics;

/// <summary>Hears why exports fail: the SDK tells it nowhere else. The same failure again and again is told once.</summary>
internal sealed class OtlpFailures(Action<string> tell) : EventListener
{
    private const string Source = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private string? _last;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Source)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        object?[] arguments = [.. eventData.Payload ?? []];
        string failure;
        try
        {
            failure = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "", arguments).Split('\n')[0].Trim();
        }
        catch (FormatException)
        {
            failure = eventData.EventName ?? "unknown";
        }

        // The base class calls before the constructor has run.
        if (Interlocked.Exchange(ref _last, failure) != failure)
        {
            tell?.Invoke(failure);
        }
    }
}
