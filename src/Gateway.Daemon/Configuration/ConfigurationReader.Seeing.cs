using System.Globalization;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Metrics;
using Gateway.Policy;
using OpenTelemetry.Exporter;

namespace Gateway.Daemon.Configuration;

/// <content>Where metrics go, and how the MPTCP ledger divides networks.</content>
internal sealed partial class ConfigurationReader
{
    private static readonly string[] s_metricsKeys = ["prometheus", "otlp"];
    private static readonly string[] s_otlpKeys = ["endpoint", "protocol", "interval"];
    private static readonly string[] s_protocols = ["grpc", "http"];
    private static readonly string[] s_ledgerKeys = ["ipv4_prefix", "ipv6_prefix"];

    private MetricsOptions ReadMetrics()
    {
        var metrics = new MetricsOptions();
        _nodes.ReadMapping(s_metricsKeys, "Write {prometheus: 127.0.0.1:9464}, {otlp: {endpoint: http://127.0.0.1:4317}} or both.", key =>
        {
            if (key == 1)
            {
                metrics = ReadOtlp(metrics);
            }
            else if (_nodes.TryRead<System.Net.EndPoint>(ReadPrometheus, MetricsAddress.PrometheusHint, out System.Net.EndPoint? endpoint))
            {
                metrics = metrics with { Prometheus = endpoint };
            }
        });
        return metrics;
    }

    private MetricsOptions ReadOtlp(MetricsOptions metrics)
    {
        const string hint = "Write {endpoint: http://127.0.0.1:4317}; protocol: http and interval: 30s may follow.";
        SourcePosition start = _nodes.Events.Position;
        string? protocol = null;
        bool whole = _nodes.ReadMapping(s_otlpKeys, hint, key =>
        {
            switch (key)
            {
                case 0 when _nodes.TryRead<Uri>(ReadCollector, MetricsAddress.OtlpHint, out Uri? collector):
                    metrics = metrics with { Otlp = collector };
                    break;
                case 1:
                    protocol = ReadWord(s_protocols);
                    break;
                case 2 when _nodes.TryRead<TimeSpan>(ReadInterval, "Write a time like 30s.", out TimeSpan interval):
                    metrics = metrics with { Interval = interval };
                    break;
            }
        });
        if (whole && metrics.Otlp is null)
        {
            _nodes.MissingKey(start, "endpoint", hint);
        }

        return metrics with { Protocol = protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc };
    }

    private static bool ReadPrometheus(string text, out System.Net.EndPoint value, out string message, out string hint)
    {
        hint = MetricsAddress.PrometheusHint;
        bool read = MetricsAddress.TryReadPrometheus(text, out System.Net.EndPoint? endpoint, out message);
        value = endpoint!;
        return read;
    }

    private static bool ReadCollector(string text, out Uri value, out string message, out string hint)
    {
        message = $"'{text}' is no URL of a collector.";
        hint = MetricsAddress.OtlpHint;
        bool read = MetricsAddress.TryReadOtlp(text, out Uri? url);
        value = url!;
        return read;
    }

    private static bool ReadInterval(string text, out TimeSpan value, out string message, out string hint)
    {
        message = $"'{text}' is no interval.";
        hint = "Write whole seconds from 1s to 3600s.";
        bool read = text.EndsWith('s')
            & int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        value = TimeSpan.FromSeconds(seconds);
        return read && seconds is >= 1 and <= 3600;
    }

    private LedgerOptions ReadLedger()
    {
        var ledger = new LedgerOptions();
        _nodes.ReadMapping(s_ledgerKeys, "Write {ipv4_prefix: 24, ipv6_prefix: 48}.", key =>
        {
            int longest = key == 0 ? 32 : 128;
            if (_nodes.TryRead((string text, out int value, out string message, out string hint) => ReadLength(text, longest, out value, out message, out hint), "Write a number of bits.", out int length))
            {
                ledger = key == 0 ? ledger with { IPv4Prefix = length } : ledger with { IPv6Prefix = length };
            }
        });
        return ledger;
    }

    private static bool ReadLength(string text, int longest, out int value, out string message, out string hint)
    {
        message = $"'{text}' is no length of a prefix.";
        hint = $"Write a number of bits from 0 to {longest}.";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= longest;
    }
}
