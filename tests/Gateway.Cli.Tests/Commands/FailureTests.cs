using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Gateway.Cli.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task Without_a_socket_the_daemon_is_not_reachable()
    {
        Finished status = await Gatewayctl.RunAsync(["--socket", "/nowhere/gateway.sock", "status"]);

        Assert.Equal((4, ""), (status.ExitCode, status.Output));
        Assert.StartsWith(
            "gatewayctl: the daemon is not reachable on the socket /nowhere/gateway.sock: is gatewayd running?", status.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_nobody_listens_on_is_not_reachable()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("gatewayctl-");
        try
        {
            string path = Path.Combine(directory.FullName, "stale.sock");
            using Socket stale = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            stale.Bind(new UnixDomainSocketEndPoint(path));

            foreach (string[] command in new string[][] { ["port", "list"], ["events"], ["policy", "clear"] })
            {
                Finished finished = await Gatewayctl.RunAsync(["--socket", path, .. command]);

                Assert.Equal(4, finished.ExitCode);
                Assert.Contains($"on the socket {path}: is gatewayd running?", finished.Errors, StringComparison.Ordinal);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_user_whom_the_socket_does_not_admit_is_told_so()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.LetEveryoneFindTheSocket();

        Finished status = await Gatewayctl.RunAsNobodyAsync("--socket", gateway.Socket, "status");

        Assert.Equal((5, ""), (status.ExitCode, status.Output));
        Assert.StartsWith($"gatewayctl: permission denied on the socket {gateway.Socket}: ", status.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_before_the_answer_is_a_failure()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.System.Hangs = true;
        using Gatewayctl status = gateway.Start("status");
        await gateway.System.StatusAsked.Task.WaitAsync(Gatewayctl.Patience);

        status.PressControlC();

        Finished finished = await status.FinishAsync();
        Assert.Equal((1, ""), (finished.ExitCode, finished.Output));
        Assert.StartsWith("gatewayctl: interrupted before the daemon answered", finished.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_under_the_output_is_a_failure()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await Gatewayctl.RunInShellAsync("\"$GATEWAYCTL\" --socket \"$SOCKET\" port list > /dev/full", gateway.Socket);

        Assert.Equal(1, list.ExitCode);
        Assert.StartsWith("gatewayctl: cannot write the output: ", list.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_commands_may_write_to_one_file()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("both", "");

        await Gatewayctl.RunInShellAsync($"( \"$GATEWAYCTL\" --socket \"$SOCKET\" port detach a; \"$GATEWAYCTL\" --socket \"$SOCKET\" port detach b ) > {file}", gateway.Socket);

        Assert.Equal("detached a, lan0\ndetached b, lan0\n", await File.ReadAllTextAsync(file));
    }
}
