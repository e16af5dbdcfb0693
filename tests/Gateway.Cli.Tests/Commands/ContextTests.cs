namespace Gateway.Cli.Tests;

/// <summary>Which gateway a command talks to.</summary>
public sealed class ContextTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("gatewayctl-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task The_current_context_a_named_one_and_the_options_choose_the_gateway()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        Write($$"""
            current: here
            contexts:
              - {name: here, socket: {{gateway.Socket}}}
              - {name: gone, socket: gone.sock}
              - {name: far, address: "127.0.0.1:1", ca: ca.pem, cert: me.pem, key: ~/me.key}
            """);

        Assert.Equal(0, (await RunAsync("port", "list")).ExitCode);
        Finished gone = await RunAsync("port", "list", "--context", "gone");
        Assert.Equal(4, gone.ExitCode);
        Assert.Contains($"on the socket {_home}/gatewayctl/gone.sock", gone.Errors, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync([("GATEWAYCTL_CONTEXT", "gone")], "port", "list")).ExitCode);
        Assert.Equal(0, (await RunAsync([("GATEWAYCTL_CONTEXT", "gone")], "port", "list", "--socket", gateway.Socket)).ExitCode);
        Finished far = await RunAsync("port", "list", "--context", "far");
        Assert.Equal(1, far.ExitCode);
        Assert.Contains($"The CA file {_home}/gatewayctl/ca.pem cannot be read", far.Errors, StringComparison.Ordinal);
        Finished unknown = await RunAsync("port", "list", "--context", "nowhere");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("it has here, gone, far", unknown.Errors, StringComparison.Ordinal);
        Assert.Equal(
            $"* here  {gateway.Socket}\n  gone  {_home}/gatewayctl/gone.sock\n  far  127.0.0.1:1\n", (await RunAsync("context", "list")).Output);
    }

    [Theory]
    [InlineData("contexts: [{name: a}]", "contexts.yaml:1:12: contexts[0]: A context has a name, and one of socket and address.")]
    [InlineData("contexts: [{name: a, address: \"h:1\", ca: f}]", "An address goes with ca, cert and key")]
    [InlineData("contexts: [{name: a, sokcet: f}]", "Did you mean socket?")]
    [InlineData("current: b\ncontexts: []", "The current context 'b' is not in the list.")]
    [InlineData("contexts: [", "contexts.yaml:")]
    [InlineData(
        "contexts: [{name: a, socket: /23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678}]",
        "has more than 107 bytes")]
    public async Task A_wrong_file_is_refused_with_its_place(string text, string message)
    {
        Write(text);
        Finished wrong = await RunAsync("port", "list");
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains(message, wrong.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--address h:1", "--ca, --cert, --key is missing")]
    [InlineData("--ca f", "--address, --cert, --key is missing")]
    [InlineData("--socket /a --context b", "exclude each other")]
    [InlineData("--address h:1 --context b", "exclude each other")]
    public async Task Options_that_do_not_go_together_are_a_wrong_command_line(string arguments, string message)
    {
        Finished wrong = await RunAsync([.. arguments.Split(' '), "port", "list"]);
        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains(message, wrong.Errors, StringComparison.Ordinal);
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.Combine(_home, "gatewayctl"));
        File.WriteAllText(Path.Combine(_home, "gatewayctl", "contexts.yaml"), text);
    }

    private Task<Finished> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private Task<Finished> RunAsync((string Name, string Value)[] environment, params string[] arguments) =>
        Gatewayctl.RunWithAsync([("XDG_CONFIG_HOME", _home), ("HOME", _home), .. environment], arguments);
}
