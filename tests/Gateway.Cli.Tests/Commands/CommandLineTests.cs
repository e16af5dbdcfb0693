namespace Gateway.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "Required command was not provided.")]
    [InlineData("prot list", "'prot'")]
    [InlineData("port attach", "'NIC'")]
    [InlineData("port attach eth0 --mode bridge", "'wire'")]
    [InlineData("port attach eth0 --mode wire", "--mode wire needs the other port of the pair: add --peer NIC.")]
    [InlineData("port attach eth0 --peer eth1", "--peer is for pairs: add --mode wire, or leave it out.")]
    [InlineData("policy apply x.yaml --expected-revision -1", "--expected-revision")]
    [InlineData("policy get --yaml -o json", "--yaml and -o exclude each other: take one of them.")]
    [InlineData("status -o xml", "'json'")]
    [InlineData("status --socket", "--socket")]
    public async Task A_wrong_command_line_is_exit_code_2_and_says_what_is_wrong(string arguments, string message)
    {
        Finished wrong = await Gatewayctl.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.StartsWith("gatewayctl: ", wrong.Errors, StringComparison.Ordinal);
        Assert.Contains(message, wrong.Errors, StringComparison.Ordinal);
        Assert.EndsWith("Add --help for the commands and options.\n", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_a_wrong_command_line()
    {
        Finished wrong = await Gatewayctl.RunAsync(["status", "--socket", "/" + new string('x', 107)]);

        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("--socket takes a path of 1 to 107 bytes.", wrong.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("port attach --help")]
    [InlineData("policy apply -h")]
    public async Task Help_lists_the_exit_codes_and_the_default_socket(string arguments)
    {
        Finished help = await Gatewayctl.RunAsync(arguments.Split(' '));

        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains("[default: /run/gateway/gateway.sock]", help.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            """
            Exit codes:
              0  Done; a stream was ended with Ctrl-C.
              1  Failed; the message says why.
              2  The command line is wrong.
              3  The policy has errors; what ran before still runs.
              4  The daemon is not reachable.
              5  The daemon or its socket does not permit this user to do it.
              6  Another revision of the policy runs than the one named; nothing changed.

            """,
            help.Output,
            StringComparison.Ordinal);
    }
}
