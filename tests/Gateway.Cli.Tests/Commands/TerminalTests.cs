namespace Gateway.Cli.Tests;

public sealed class TerminalTests
{
    private const string GreenEstablished = "\e[32mestablished\e[0m";

    [Fact]
    public async Task A_terminal_gets_colour()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await Gatewayctl.RunInTerminalAsync(["--socket", gateway.Socket, "connection", "list"]);

        Assert.Contains(GreenEstablished, list.Output, StringComparison.Ordinal);
        Assert.Equal(0, list.ExitCode);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public async Task A_terminal_gets_no_colour_when_it_says_so(string name, string value)
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await Gatewayctl.RunInTerminalAsync(["--socket", gateway.Socket, "connection", "list"], (name, value));

        Assert.DoesNotMatch("\e\\[[0-9;]*m", list.Output);
        Assert.Contains("0a0b0c0d:01020304  established        1  established  10.0.1.1:40000", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_has_no_colour_in_a_terminal_either()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await Gatewayctl.RunInTerminalAsync(["--socket", gateway.Socket, "connection", "list", "-o", "json"]);

        Assert.DoesNotMatch("\e\\[[0-9;]*m", list.Output);
        Assert.Contains("\"state\": \"CONNECTION_STATE_ESTABLISHED\"", list.Output, StringComparison.Ordinal);
    }
}
