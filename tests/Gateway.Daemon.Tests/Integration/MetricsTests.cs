using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Client;
using Gateway.Lab;
using Google.Protobuf;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>Metrics as real Prometheus and an OpenTelemetry collector get them.</summary>
public sealed partial class MetricsTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private const string Policy = """
        version: 1
        name: all
        chains:
          - name: all
            priority: 1
            actors: [record]
        """;

    private readonly DaemonFixture _daemon = new();
    private MptcpHosts? _hosts;

    private static string Dashboards => Path.Combine(AppContext.BaseDirectory, "dashboards");

    public void Dispose()
    {
        _hosts?.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task Prometheus_scrapes_them_and_its_tools_find_nothing_to_object_to()
    {
        _hosts = new MptcpHosts(_daemon.Namespace);
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", "lo", "up");
        using var collector = new InNamespace(_daemon.Namespace, "/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Integration", "collector.py"), _daemon.PathOf("otlp"));
        using GatewayClient client = _daemon.Start("--config", Configuration());
        await client.Policies.ApplyAsync(Policy);
        _hosts.Connect();
        await Wait.UntilAsync(() => Scrape().Contains("gateway_mptcp_outcome=\"accepted\"} 1", StringComparison.Ordinal), "the ledger counts an accepted offer", s_patience);

        // A scrape may tell of a second ago.
        ulong before = await FramesAsync(client);
        string text = "";
        await Wait.UntilAsync(() => FramesOfG1().Match(text = Scrape()) is { Success: true } seen && ulong.Parse(seen.Groups[1].Value, CultureInfo.InvariantCulture) >= before, "the frames until now are told", s_patience);
        ulong after = await FramesAsync(client);
        Match frames = FramesOfG1().Match(text);
        Assert.True(frames.Success, text);
        Assert.InRange(ulong.Parse(frames.Groups[1].Value, CultureInfo.InvariantCulture), before, after);
        foreach (string line in (string[])
            [
                "gateway_port_up{network_interface_name=\"g1\"} 1", "gateway_policy_revision 1", "gateway_ports_missing 1",
                "gateway_actor_outcomes_total{gateway_chain_name=\"all\",gateway_actor_step=\"0\",gateway_actor_name=\"record\",gateway_reason=\"done\"} ",
                "gateway_port_outcomes_total{network_interface_name=\"g1\",gateway_hook=\"ingress\",gateway_reason=", "target_info{service_name=\"gatewayd\"",
            ])
        {
            Assert.Contains($"\n{line}", text, StringComparison.Ordinal);
        }

        File.WriteAllText(_daemon.PathOf("metrics"), text);
        Assert.Equal((0, "", ""), Command.TryRun("sh", "-c", $"promtool check metrics < {_daemon.PathOf("metrics")}"));
        Assert.Equal(0, Command.TryRun("promtool", "check", "config", Path.Combine(Dashboards, "prometheus.yml")).Code);
        (int code, string output, string errors) = Command.TryRun("promtool", "test", "rules", Path.Combine(Dashboards, "alerts-test.yml"));
        Assert.True(code == 0, output + errors);

        await ScrapedAsync(text);
        await Wait.UntilAsync(() => Exported(_daemon.PathOf("otlp")).Contains("gateway.port.io"), "the collector has metrics", s_patience);
        Assert.Superset(new HashSet<string> { "gateway.actor.outcomes", "gateway.connections", "process.uptime" }, Exported(_daemon.PathOf("otlp")));
        Assert.DoesNotContain("Metrics do not reach", _daemon.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unix_socket_serves_metrics_and_nothing_else_and_the_daemon_runs_without_it()
    {
        string socket = _daemon.PathOf("metrics.sock");
        string file = _daemon.PathOf("gatewayd.yaml");
        File.WriteAllText(file, "{version: 1, metrics: {otlp: {endpoint: 'http://127.0.0.1:9', interval: 1s}}}");
        using (GatewayClient client = _daemon.Start("--config", file, "--prometheus", socket))
        {
            using HttpClient http = Http(socket);
            Assert.Contains("gateway_connections 0", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/gateway.v1.SystemService/Status")).StatusCode);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.PostAsync("/metrics", null)).StatusCode);
            await Wait.UntilAsync(() => _daemon.Log.Contains("Metrics do not reach http://127.0.0.1:9/", StringComparison.Ordinal), "the log names the collector that is not there", s_patience);
        }

        Assert.Equal(0, _daemon.Stop("TERM"));
        File.Delete(socket);
        File.WriteAllText(socket, "no socket");
        using GatewayClient again = _daemon.Start("--prometheus", socket);
        Assert.NotEqual(0u, (await again.System.StatusAsync()).ProcessId);
        Assert.Contains($"Metrics are not served on {socket}", _daemon.Log, StringComparison.Ordinal);
    }

    [GeneratedRegex("gateway_port_packets_total\\{network_interface_name=\"g1\",gateway_hook=\"ingress\"\\} ([0-9]+)")]
    private static partial Regex FramesOfG1();

    [GeneratedRegex("\\b(gateway|process)_[a-z_]+\\b(?=[{\\[ )>]|$)")]
    private static partial Regex MetricNames();

    private static HttpClient Http(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://gatewayd"),
    };

    /// <summary>Names of all metrics that reached the collector (ExportMetricsServiceRequest of opentelemetry-proto).</summary>
    private static HashSet<string> Exported(string file) => !File.Exists(file) ? [] : [.. Fields([File.ReadAllBytes(file)], 1, 2, 2, 1).Select(Encoding.UTF8.GetString)];

    private static IEnumerable<byte[]> Fields(IEnumerable<byte[]> messages, params int[] path)
    {
        foreach (int number in path)
        {
            messages = messages.SelectMany(m => Field(m, number)).ToList();
        }

        return messages;
    }

    private static IEnumerable<byte[]> Field(byte[] message, int number)
    {
        var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == number)
            {
                yield return input.ReadBytes().ToByteArray();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static async Task<ulong> FramesAsync(GatewayClient client) =>
        (await client.Telemetry.CountersAsync()).Ports.Single(p => p is { Nic: "g1", Hook: "ingress" }).Packets;

    /// <summary>Has a real Prometheus scrape once; every query of the dashboard and of the alerts finds what it asks for.</summary>
    private async Task ScrapedAsync(string text)
    {
        string configuration = _daemon.PathOf("prometheus.yml");
        File.Copy(Path.Combine(Dashboards, "alerts.yml"), _daemon.PathOf("alerts.yml"));
        File.WriteAllText(
            configuration, File.ReadAllText(Path.Combine(Dashboards, "prometheus.yml")).Replace("scrape_interval: 15s", "scrape_interval: 250ms\n  evaluation_interval: 250ms", StringComparison.Ordinal));
        using var server = new InNamespace(
            _daemon.Namespace, "prometheus", $"--config.file={configuration}", $"--storage.tsdb.path={_daemon.PathOf("tsdb")}", "--web.listen-address=127.0.0.1:9090", "--log.level=warn");
        await Wait.UntilAsync(() => Curl("http://127.0.0.1:9090/-/ready").Contains("is Ready", StringComparison.Ordinal), "Prometheus is ready", s_patience);
        await Wait.UntilAsync(() => Query("gateway_port_packets_total").GetArrayLength() >= 6, "Prometheus has scraped", s_patience);
        Assert.Equal("1", Query("up{job=\"emptcp-gateway\"}")[0].GetProperty("value")[1].GetString());

        HashSet<string> scraped = [.. text.Split('\n').Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2])];
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Dashboards, "gateway.json")));
        List<string> queries = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!)];
        Assert.True(queries.Count > 15);
        foreach (string query in queries)
        {
            Query(query.Replace("$instance", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "1m", StringComparison.Ordinal));
        }

        string everything = string.Join('\n', queries) + File.ReadAllText(Path.Combine(Dashboards, "alerts.yml"));
        foreach (string name in MetricNames().Matches(everything).Select(m => m.Value).Where(n => !IsLabel(n)).Distinct())
        {
            Assert.True(scraped.Contains(name), $"{name} is not served");
        }

        string rules = Curl("http://127.0.0.1:9090/api/v1/rules");
        Assert.DoesNotContain("\"health\":\"err\"", rules, StringComparison.Ordinal);
        Assert.Contains("GatewayPortMissing", rules, StringComparison.Ordinal);
    }

    private static bool IsLabel(string name) => name is "gateway_reason" or "gateway_hook" or "gateway_mptcp_outcome" or "gateway_mptcp_handshake"
        or "gateway_chain_name" or "gateway_actor_name" or "gateway_actor_step";

    private JsonElement Query(string expression)
    {
        string answer = Curl("http://127.0.0.1:9090/api/v1/query", "--data-urlencode", $"query={expression}");
        if (answer.Length == 0)
        {
            return JsonDocument.Parse("[]").RootElement;
        }

        JsonElement root = JsonDocument.Parse(answer).RootElement;
        Assert.True(root.GetProperty("status").GetString() == "success", $"{expression}: {answer}");
        return root.GetProperty("data").GetProperty("result");
    }

    private string Scrape() => Curl("http://127.0.0.1:9464/metrics");

    private string Curl(params string[] arguments) =>
        Command.TryRun("ip", ["netns", "exec", _daemon.Namespace, "curl", "-s", .. arguments]).Output;

    private string Configuration()
    {
        string file = _daemon.PathOf("gatewayd.yaml");
        File.WriteAllText(file, """
            version: 1
            ports: [{nic: g1}, {nic: g2}, {nic: g3}, {nic: absent}]
            metrics:
              prometheus: 127.0.0.1:9464
              otlp: {endpoint: http://127.0.0.1:4318/v1/metrics, protocol: http, interval: 1s}
            """);
        return file;
    }
}
