using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>gatewayctl against the real daemon, with traffic.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class ControlProgramTests(SharedPaths paths) : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gw-e2e-").FullName;
    private PathUnderTest _path = null!;

    private ControlProgram Control => new(_path);

    public async Task InitializeAsync() => _path = await paths.TakeAsync(LabMode.Routed, Family.V4);

    public async Task DisposeAsync()
    {
        await _path.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_an_operator_does_works_with_traffic()
    {
        JsonElement status = await Control.JsonAsync("status");
        Assert.Equal(_path.Gateway.PinPath, status.GetProperty("pinPath").GetString());
        Assert.Equal(4, status.GetProperty("ports").GetInt32());
        JsonElement ports = (await Control.JsonAsync("port", "list")).GetProperty("ports");
        Assert.Equal(
            _path.Lab.Paths.SelectMany(p => new[] { p.GatewayClientPort, p.GatewayServerPort }).Order(),
            ports.EnumerateArray().Select(p => p.GetProperty("nic").GetString()!).Order());

        string file = Write(
            """
            version: 1
            name: counted
            chains:
              - name: both-ways
                priority: 7
                select:
                  - port: 5001
                actors:
                  - record
                  - count
            """);
        JsonElement applied = await Control.JsonAsync("policy", "apply", file);
        Assert.Equal("counted", applied.GetProperty("applied").GetProperty("name").GetString());
        (int code, string yaml, _) = await Control.RunAsync("policy", "get", "--yaml");
        Assert.Equal(0, code);
        Assert.Contains("both-ways", yaml, StringComparison.Ordinal);

        await using Transfer transfer = await _path.StartAsync();
        await _path.WaitForJoinAsync(transfer);
        await _path.FindAsync(c => c.Subflows.Count == 2, "two subflows");
        JsonElement connection = Assert.Single(
            (await Control.JsonAsync("connection", "list")).GetProperty("connections").EnumerateArray(),
            c => c.GetProperty("state").GetString() == "CONNECTION_STATE_ESTABLISHED" && c.GetProperty("subflows").GetArrayLength() == 2);
        Assert.Equal(
            _path.Lab.Paths.Select(p => p.ClientV4.ToString()),
            connection.GetProperty("subflows").EnumerateArray()
                .OrderBy(s => s.GetProperty("ordinal").GetInt32()).Select(s => s.GetProperty("clientAddress").GetString()!));

        JsonElement chain = Assert.Single((await Control.JsonAsync("counters")).GetProperty("chains").EnumerateArray());
        Assert.Equal("both-ways", chain.GetProperty("chain").GetString());
        Assert.True(long.Parse(chain.GetProperty("packets").GetString()!, CultureInfo.InvariantCulture) > 700);
        (int tableCode, string table, _) = await Control.RunAsync("connection", "list");
        Assert.Equal(0, tableCode);
        Assert.Contains(connection.GetProperty("id").GetString()!, table, StringComparison.Ordinal);

        Assert.Equal(0, (await Control.RunAsync("policy", "clear")).Code);
        Assert.False((await Control.JsonAsync("policy", "get")).TryGetProperty("applied", out JsonElement none) && none.ValueKind != JsonValueKind.Null);
        await _path.AssertWholeAsync(await transfer.StopAsync());
    }

    [Fact]
    public async Task Events_stream_until_interrupted()
    {
        await _path.WatchAsync();
        await using LabProcess events = Control.Start("events", "-o", "json");
        await Wait.UntilAsync(
            async () =>
            {
                await _path.Lab.PingAsync(count: 1);
                return events.Output.Any(line => line.Contains("KIND_SUBFLOW_CLOSED", StringComparison.Ordinal));
            },
            "a connection's end is printed",
            TimeSpan.FromSeconds(30));

        using (var kill = Process.Start("kill", ["-INT", events.Pid.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await events.WaitForExitAsync(limit.Token));
        Assert.Empty(events.Errors);
        string[] kinds = [.. events.Output.Select(line =>
        {
            using JsonDocument one = JsonDocument.Parse(line);
            return one.RootElement.GetProperty("kind").GetString()!;
        })];
        Assert.Contains("KIND_MP_CAPABLE", kinds);
    }

    [Fact]
    public async Task Every_error_of_a_policy_is_shown_with_its_place()
    {
        string file = Write(
            """
            version: 1
            name: wrong
            chains:
              - name: first
                priority: 70000
                select: { src: 10.0.0.0/33 }
                actors: [count, sing]
            """);
        foreach (string command in new[] { "validate", "apply" })
        {
            (int code, string output, string errors) = await Control.RunAsync("policy", command, file);

            Assert.Equal(3, code);
            string[] lines = errors.Split('\n');
            Assert.True(lines.Length == 4, errors);
            Assert.StartsWith($"{file}:5:15: ", lines[0], StringComparison.Ordinal);
            Assert.StartsWith($"{file}:6:20: ", lines[1], StringComparison.Ordinal);
            Assert.StartsWith($"{file}:7:21: ", lines[2], StringComparison.Ordinal);
            Assert.Contains("3 errors", lines[3], StringComparison.Ordinal);
            Assert.Empty(output);
        }

        Assert.Null((await _path.Api.Policies.GetAsync()).Applied);
    }

    private string Write(string policy)
    {
        string file = Path.Combine(_directory, "policy.yaml");
        File.WriteAllText(file, policy);
        return file;
    }
}
