using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Gateway.Daemon.Metrics;

/// <summary>
/// Collects the gateway's instruments and writes them as text (Prometheus exposition format 0.0.4), with names as
/// OpenTelemetry's Prometheus compatibility says: dots become underscores, then the unit, then _total for counters.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly string _target;

    /// <param name="meter">The instruments.</param>
    /// <param name="version">The daemon's version.</param>
    public PrometheusText(GatewayMeter meter, string version)
    {
        _target = "# HELP target_info What is measured.\n# TYPE target_info gauge\n"
            + $"target_info{{{Label("service.name", "gatewayd")},{Label("service.version", version)}}} 1\n";
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meter.Owns(instrument))
            {
                listener.EnableMeasurementEvents(instrument, new Family(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) =>
            Note((Family)state!, tags, value.ToString(CultureInfo.InvariantCulture)));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) =>
            Note((Family)state!, tags, value.ToString("R", CultureInfo.InvariantCulture)));
        _listener.Start();
    }

    /// <summary>Everything as it is now.</summary>
    public string Collect()
    {
        lock (_lock)
        {
            _families.Clear();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach ((string name, Family family) in _families)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(Escape(family.Help)).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(family.IsCounter ? "counter" : "gauge").Append('\n');
                text.Append(family.Samples);
            }

            return text.Append(_target).ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private static string Identifier(string name) => string.Create(name.Length, name, static (characters, from) =>
    {
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        }
    });

    private static string Label(string key, object? value) =>
        $"{Identifier(key)}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Note(Family family, ReadOnlySpan<KeyValuePair<string, object?>> tags, string value)
    {
        if (_families.TryAdd(family.Name, family))
        {
            family.Samples.Clear();
        }

        family.Samples.Append(family.Name);
        for (int i = 0; i < tags.Length; i++)
        {
            family.Samples.Append(i == 0 ? '{' : ',').Append(Label(tags[i].Key, tags[i].Value));
        }

        family.Samples.Append(tags.Length > 0 ? "} " : " ").Append(value).Append('\n');
    }

    /// <summary>The samples of one instrument.</summary>
    private sealed class Family
    {
        public Family(Instrument instrument)
        {
            IsCounter = instrument is ObservableCounter<long> or ObservableCounter<double>;
            string unit = instrument.Unit switch { "By" => "_bytes", "s" => "_seconds", _ => "" };
            Name = Identifier(instrument.Name) + unit + (IsCounter ? "_total" : "");
            Help = instrument.Description ?? "";
        }

        public string Name { get; }

        public string Help { get; }

        public bool IsCounter { get; }

        public StringBuilder Samples { get; } = new();
    }
}
