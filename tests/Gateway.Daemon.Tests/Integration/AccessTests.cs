using System.Text.Json;
using Gateway.Client;
using Gateway.Daemon.Tests.Access;
using Gateway.Rpc.Tests;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>The real daemon, on its socket and on TCP, and clients that are not ours.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Address = "127.0.0.1:9443";

    private readonly DaemonFixture _daemon = new();
    private readonly TestAuthority _authority;

    public AccessTests()
    {
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", "lo", "up");
        _authority = new TestAuthority(_daemon.PathOf("tls"), "ca");
        using var other = new TestAuthority(_daemon.PathOf("tls"), "other");
        _authority.IssueServer("server");
        _authority.IssueClient("viewer", "spiffe://example.net/monitor");
        _authority.IssueClient("operator", "spiffe://example.net/noc/alice");
        _authority.IssueClient("stranger", "spiffe://example.net/elsewhere");
        _authority.Issue("admin", TestAuthority.ForClients, names => names.AddDnsName("admin.example.net")).Dispose();
        _authority.Issue("expired", TestAuthority.ForClients, names => names.AddDnsName("admin.example.net"), fromDays: -3, toDays: -1).Dispose();
        other.Issue("foreign", TestAuthority.ForClients, names => names.AddDnsName("admin.example.net")).Dispose();
    }

    public void Dispose()
    {
        _authority.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task Callers_do_what_their_role_allows_and_everything_is_audited()
    {
        string modules = await NodeModules.InstallAsync(PythonStubs.Root());
        string stubs = Directory.CreateDirectory(_daemon.PathOf("stubs")).FullName;
        PythonStubs.Generate(stubs);

        // Where every user can read it.
        File.Copy(PythonStubs.PathOf("access.py"), _daemon.PathOf("access.py"));
        using GatewayClient root = _daemon.Start("--config", Configuration());

        Python(Address, stubs, "tcp");
        AsNobody(60, _daemon.Socket, stubs, "operator");
        AsNobody(9999, _daemon.Socket, stubs, "viewer");
        RunIn("node", PythonStubs.PathOf("access.cjs"), Address, Path.Combine(PythonStubs.Root(), "protos"), _daemon.PathOf("tls"), modules);
        Assert.Equal("admin", (await root.System.StatusAsync()).Role);

        CheckAudit(File.ReadAllLines(Path.Combine(_daemon.StateDirectory, "audit.jsonl")));
        Assert.Contains("PolicyService/Clear by spiffe://example.net/monitor was refused", _daemon.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Tcp_without_certificates_that_can_be_used_is_refused_at_the_start()
    {
        string Tls(string file) => _authority.PathOf(file);
        (string[] Arguments, string Words)[] wrong =
        [
            (["--listen", Address], "--ca, --cert, --key is missing"),
            (["--listen", Address, "--ca", Tls("ca.pem"), "--cert", Tls("server.pem")], "--key is missing"),
            (["--ca", Tls("ca.pem")], "--listen is missing"),
            (["--listen", "gateway:1"], "takes an address with a port"),
            (["--access", "uid:5=root"], "roles are viewer, operator and admin"),
            (["--listen", Address, "--ca", Tls("none.pem"), "--cert", Tls("server.pem"), "--key", Tls("server.key")], "none.pem cannot be read"),
            (["--listen", Address, "--ca", Tls("ca.pem"), "--cert", Tls("server.pem"), "--key", Tls("viewer.key")], "does not belong to the certificate"),
            (["--listen", Address, "--ca", Tls("server.key"), "--cert", Tls("server.pem"), "--key", Tls("server.key")], "has no certificate"),
        ];
        Assert.All(wrong, arguments =>
        {
            (int code, _, string errors) = _daemon.Run(arguments.Arguments);
            Assert.Equal(2, code);
            Assert.Contains(arguments.Words, errors, StringComparison.Ordinal);
        });
        Assert.False(Directory.Exists(_daemon.Pins));
    }

    [Fact]
    public void A_port_that_is_in_use_is_refused_at_the_start_and_nothing_stays()
    {
        (int code, string output, string errors) = _daemon.Run(
            "--prometheus", Address, "--listen", Address, "--ca", _authority.PathOf("ca.pem"), "--cert", _authority.PathOf("server.pem"), "--key", _authority.PathOf("server.key"));

        Assert.Equal(1, code);
        Assert.Contains($"{Address} cannot be served", errors, StringComparison.Ordinal);
        Assert.Contains("already in use", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("BackgroundService failed", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_daemon.Pins));
    }

    private static void CheckAudit(string[] lines)
    {
        List<JsonElement> entries = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
        IEnumerable<JsonElement> Of(string what, string caller) => entries.Where(e => Text(e, "event") == what && Text(e, "caller") == caller);

        // Both ends of a change, in order, with what was asked for.
        JsonElement begun = Of("begun", "spiffe://example.net/noc/alice").First(e => Text(e, "method") == "gateway.v1.PolicyService/Import");
        JsonElement ended = Assert.Single(entries, e => Text(e, "event") == "ended" && Text(e, "call") == Text(begun, "call"));
        Assert.Equal(("operator", "OK"), (Text(begun, "role"), Text(ended, "status")));
        Assert.Contains("name: p", Text(begun.GetProperty("request").GetProperty("source"), "yaml"), StringComparison.Ordinal);
        Assert.True(string.CompareOrdinal(Text(begun, "time"), Text(ended, "time")) <= 0);

        // Refused: calls and connections.
        JsonElement refused = Of("refused", "spiffe://example.net/monitor").First(e => Text(e, "method") == "gateway.v1.PolicyService/Clear");
        Assert.Equal(("PermissionDenied", "ROLE_TOO_LOW", "viewer"), (Text(refused, "status"), Text(refused, "reason"), Text(refused, "role")));
        Assert.Contains(Of("refused", "spiffe://example.net/elsewhere"), e => Text(e, "reason") == "NO_ROLE");
        Assert.Contains(Of("refused", "nobody (uid 65534)"), e => Text(e, "peer").StartsWith("unix:uid=65534", StringComparison.Ordinal));
        Assert.Equal(
            ["EXPIRED_CERTIFICATE", "HANDSHAKE_FAILED", "INVALID_CERTIFICATE", "NO_CERTIFICATE", "UNTRUSTED_CERTIFICATE"],
            entries.Where(e => Text(e, "event") == "connection_refused").Select(e => Text(e, "reason")).Distinct().Order());
        Assert.DoesNotContain(entries, e => Text(e, "method").EndsWith("/Status", StringComparison.Ordinal) && Text(e, "event") != "refused");
    }

    private void Python(string target, string stubs, string mode) =>
        RunIn("env", "PYTHONDONTWRITEBYTECODE=1", PythonStubs.Python, _daemon.PathOf("access.py"), target, stubs, _daemon.PathOf("tls"), mode);

    /// <summary>The group of the socket lets it connect.</summary>
    private void AsNobody(int group, string socket, string stubs, string role) => Command.Run(
        "setpriv", "--reuid=65534", "--regid=0", $"--groups={group}",
        "env", "PYTHONDONTWRITEBYTECODE=1", PythonStubs.Python, _daemon.PathOf("access.py"), socket, stubs, "/nowhere", role);

    private void RunIn(params string[] command) => Command.Run("nsenter", [$"--net=/run/netns/{_daemon.Namespace}", .. command]);

    private string Configuration()
    {
        File.WriteAllText(_daemon.PathOf("gatewayd.yaml"), $$"""
            version: 1
            listen: {address: "{{Address}}", ca: {{_authority.PathOf("ca.pem")}}, cert: {{_authority.PathOf("server.pem")}}, key: {{_authority.PathOf("server.key")}}}
            access:
              - {uri: "spiffe://example.net/noc/*", role: operator}
              - {uri: "spiffe://example.net/monitor", role: viewer}
              - {dns: admin.example.net, role: admin}
              - {user: nobody, role: viewer}
              - {group: games, role: operator}
            limits: {request_bytes: 1048576, requests_per_second: 6000, calls: 12000}
            """);
        return _daemon.PathOf("gatewayd.yaml");
    }
}
