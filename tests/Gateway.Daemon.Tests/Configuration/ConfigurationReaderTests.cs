using System.Net;
using Gateway.Daemon.Access;
using Gateway.Daemon.Configuration;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Metrics;
using Gateway.DataPlane;
using Gateway.Policy;
using OpenTelemetry.Exporter;

namespace Gateway.Daemon.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void All_that_can_be_configured_is_read()
    {
        (ConfigurationFile file, IReadOnlyList<PolicyError> errors) = ConfigurationReader.Read("""
            version: 1
            socket: /run/a.sock
            pins: /sys/fs/bpf/a
            state: /var/lib/a
            flow_entries: 2048
            log_level: debug
            ports:
              - nic: eth0
              - {nic: eth1, mode: wire, peer: eth3, xdp: generic, checksum: complete}
            metrics:
              prometheus: "[::1]:9464"
              otlp: {endpoint: "http://[::1]:4318/v1/metrics", protocol: http, interval: 5s}
            ledger: {ipv4_prefix: 16, ipv6_prefix: 64}
            """);

        Assert.Empty(errors);
        Assert.Equal(
            new MetricsOptions
            {
                Prometheus = new IPEndPoint(IPAddress.IPv6Loopback, 9464),
                Otlp = new Uri("http://[::1]:4318/v1/metrics"),
                Protocol = OtlpExportProtocol.HttpProtobuf,
                Interval = TimeSpan.FromSeconds(5),
            },
            file.Metrics);
        Assert.Equal(new LedgerOptions { IPv4Prefix = 16, IPv6Prefix = 64 }, file.Ledger);
        Assert.Equal(("/run/a.sock", "/sys/fs/bpf/a", "/var/lib/a", 2048u, "debug"), (file.Socket, file.Pins, file.State, file.FlowEntries, file.LogLevel));
        Assert.Equal(
            [
                new PortRequest("eth0"),
                new PortRequest("eth1") { Mode = PortMode.Wire, Peer = "eth3", Xdp = PortXdp.Generic, Checksum = ChecksumMode.Complete },
            ],
            file.Ports);
    }

    [Fact]
    public void Who_may_call_where_and_how_much_is_read()
    {
        (ConfigurationFile file, IReadOnlyList<PolicyError> errors) = ConfigurationReader.Read("""
            version: 1
            access:
              - {group: gateway, role: operator}
              - {uri: "spiffe://example.net/noc/*", role: admin}
              - {role: viewer, dns: noc.example.net}
            listen: {address: "[::1]:9443", ca: /a, cert: /b, key: /c}
            limits: {requests_per_second: 7, connections: 8, calls: 9, calls_per_connection: 10, request_bytes: 70000}
            """);

        Assert.Empty(errors);
        Assert.Equal(
            [
                new AccessRule(CallerKind.Group, "gateway", Role.Operator), new AccessRule(CallerKind.Uri, "spiffe://example.net/noc/*", Role.Admin),
                new AccessRule(CallerKind.Dns, "noc.example.net", Role.Viewer),
            ],
            file.Access);
        Assert.Equal(
            new ListenAddress(System.Net.IPEndPoint.Parse("[::1]:9443"), new Rpc.TlsFiles { Ca = "/a", Certificate = "/b", Key = "/c" }), file.Listen);
        Assert.Equal(new CallLimits { RequestsPerSecond = 7, Connections = 8, Calls = 9, CallsPerConnection = 10, RequestBytes = 70000 }, file.Limits);
    }

    [Fact]
    public void Ports_may_be_left_out()
    {
        (ConfigurationFile file, IReadOnlyList<PolicyError> errors) = ConfigurationReader.Read("version: 1\nports: []\n");

        Assert.Empty(errors);
        Assert.Empty(file.Ports);
        Assert.Null(file.Socket);
    }

    [Theory]
    [InlineData("ports: []", "version", "The key version is missing")]
    [InlineData("version: 2", "version", "'2'")]
    [InlineData("version: 1\nprots: []", "prots", "Did you mean ports?")]
    [InlineData("version: 1\nsocket: run/a", "socket", "no absolute path")]
    [InlineData("version: 1\nflow_entries: 12", "flow_entries", "from 1024")]
    [InlineData("version: 1\nlog_level: loud", "log_level", "not known")]
    [InlineData("version: 1\naccess: [{user: a}]", "access[0]", "a role")]
    [InlineData("version: 1\naccess: [{user: a, group: b, role: admin}]", "access[0]", "one of user")]
    [InlineData("version: 1\naccess: [{user: a, role: root}]", "access[0].role", "'root'")]
    [InlineData("version: 1\naccess: [{uri: \"spiffe://*/a\", role: admin}]", "access[0].uri", "last segment")]
    [InlineData("version: 1\naccess: [{dns: \"*.example.net\", role: admin}]", "access[0].dns", "no DNS name")]
    [InlineData("version: 1\nlisten: {address: \"0.0.0.0:9443\", ca: /a, cert: /b}", "listen.key", "missing")]
    [InlineData("version: 1\nlisten: {address: \"gw:9443\", ca: /a, cert: /b, key: /c}", "listen.address", "names are not looked up")]
    [InlineData("version: 1\nlimits: {calls: 0}", "limits.calls", "from 1")]
    [InlineData("version: 1\nports: [{mode: host}]", "ports[0].nic", "The key nic is missing")]
    [InlineData("version: 1\nports: [{nic: a, mode: wire}]", "ports[0]", "Add peer: NIC.")]
    [InlineData("version: 1\nports: [{nic: a, peer: b}]", "ports[0]", "Add mode: wire")]
    [InlineData("version: 1\nports: [{nic: a}, {nic: b, mode: wire, peer: a}]", "ports[1].peer", "stands at ports[0].nic already")]
    [InlineData("version: 1\nports: [{nic: a-name-that-is-too-long}]", "ports[0].nic", "no name of a NIC")]
    [InlineData("version: 1\nports: [{nic: a, xdp: turbo}]", "ports[0].xdp", "'turbo'")]
    [InlineData("version: 1\nports: [{nic: a", "ports", "not YAML")]
    [InlineData("version: 1\nmetrics: {prometheus: 192.0.2.1:9464}", "metrics.prometheus", "put a proxy before")]
    [InlineData("version: 1\nmetrics: {prometheus: 127.0.0.1}", "metrics.prometheus", "no address with a port")]
    [InlineData("version: 1\nmetrics: {otlp: {endpoint: ftp://a}}", "metrics.otlp.endpoint", "no URL of a collector")]
    [InlineData("version: 1\nmetrics: {otlp: {interval: 5s}}", "metrics.otlp.endpoint", "The key endpoint is missing")]
    [InlineData("version: 1\nmetrics: {otlp: {endpoint: \"http://a\", interval: 2h}}", "metrics.otlp.interval", "from 1s to 3600s")]
    [InlineData("version: 1\nledger: {ipv4_prefix: 33}", "ledger.ipv4_prefix", "from 0 to 32")]
    [InlineData("version: 1\nports: eth0", "ports", "A list is expected")]
    [InlineData("", "", "A mapping is expected")]
    public void An_error_is_told_with_its_place_and_what_to_do(string yaml, string path, string says)
    {
        PolicyError error = ConfigurationReader.Read(yaml).Errors[0];

        Assert.StartsWith(path, error.Path, StringComparison.Ordinal);
        Assert.Contains(says, $"{error.Message} {error.Hint}", StringComparison.Ordinal);
        Assert.True(error.Line > 0 && error.Hint.Length > 0, error.ToString());
    }

    [Fact]
    public void Every_error_is_told()
    {
        IReadOnlyList<PolicyError> errors = ConfigurationReader.Read("version: 3\nstate: here\nports: [{nic: a, mode: ring}, {peer: b}]\n").Errors;

        Assert.Equal(["version", "state", "ports[0].mode", "ports[1].nic", "ports[1]"], errors.Select(e => e.Path));
    }
}
