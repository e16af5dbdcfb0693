using System.Diagnostics;

namespace Gateway.Cli.Tests;

public sealed class TopTests
{
    [Fact]
    public async Task Rates_are_told_between_two_looks()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Telemetry.PacketsPerCall = 1_000_000;

        Finished top = await gateway.RunAsync("top", "--count", "2");

        Assert.Matches(@"^gatewayd 0\.1\.0  policy .* revision \d+  1 connection  3 events lost", top.Output);
        Assert.Matches(@"\nwan0 +", top.Output);
        Assert.Matches(@"\n0a0b0c0d:01020304 +established +1 +0 +0 +12\.346 +3 +10\.0\.1\.1:40000 +10\.0\.2\.1:443\n", top.Output);
        Assert.Matches(@"\ndemote +(\d+\.\dk|1\.0M) +0 +set_backup\n", top.Output);
        Assert.Equal((0, ""), (top.ExitCode, top.Errors));
        Assert.Equal(2, (await gateway.RunAsync("top", "-o", "json")).ExitCode);
        Assert.Equal(2, (await gateway.RunAsync("top", "--interval", "0")).ExitCode);
    }

    [Fact]
    public async Task A_terminal_gets_a_screen_that_follows_its_size_until_q()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string server = $"gw-top-{Guid.NewGuid().ToString("N")[..8]}";
        try
        {
            Tmux(server, "-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "20", $"{Gatewayctl.Executable} --socket {gateway.Socket} top; sleep 1000");
            string wide = Until(server, s => s.Contains("0a0b0c0d:01020304  established", StringComparison.Ordinal));
            Assert.Contains("10.0.2.1:443", wide, StringComparison.Ordinal);

            Tmux(server, "resize-window", "-x", "50", "-y", "12");
            string small = Until(server, s => s.Contains("CONNECTION", StringComparison.Ordinal) && !s.Contains("10.0.2.1:443", StringComparison.Ordinal));
            Assert.All(small.TrimEnd('\n').Split('\n'), line => Assert.True(line.Length <= 50, line));

            Tmux(server, "send-keys", "q");
            Until(server, s => s.Trim().Length == 0);
        }
        finally
        {
            Tmux(server, "kill-server");
        }
    }

    private static string Until(string server, Func<string, bool> condition)
    {
        var patience = Stopwatch.StartNew();
        string screen;
        while (!condition(screen = Tmux(server, "capture-pane", "-p")))
        {
            Assert.True(patience.Elapsed < Gatewayctl.Patience, screen);
            Thread.Sleep(50);
        }

        return screen;
    }

    private static string Tmux(string server, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tmux", ["-L", server, .. arguments]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
