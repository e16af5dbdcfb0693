using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

public sealed class PolicyCommandTests
{
    private static readonly PolicyError s_first = new()
    {
        Path = "chains[0].select.src",
        Line = 3,
        Column = 7,
        Message = "'10.0.0.0/33' is not a prefix.",
        Hint = "Write a length of 0 to 32.",
    };

    private static readonly PolicyError s_second = new() { Path = "chains[1].actors", Line = 9, Column = 5, Message = "There is no actor." };

    [Fact]
    public async Task Applying_a_file_sends_its_text_and_tells_the_revision()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("edge.yaml", CannedPolicies.SmallYaml);

        Finished apply = await gateway.RunAsync("policy", "apply", file);

        Assert.Equal(new Finished(0, "applied edge revision 7 (generation 12): 2 chains, 5 terms, 1 exact rule, 1 prefix\n", ""), apply);
        Assert.Equal(new ApplyPolicyRequest { Source = new PolicySource { Yaml = CannedPolicies.SmallYaml } }, gateway.Policies.LastApply);
    }

    [Fact]
    public async Task A_policy_comes_from_the_standard_input_when_the_file_is_a_dash()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished apply = await Gatewayctl.RunAsync(
            ["--socket", gateway.Socket, "policy", "apply", "-", "--expected-revision", "7", "-o", "json"], input: "name: ünï\n");

        Assert.Equal(0, apply.ExitCode);
        Assert.Equal(CannedPolicies.Applied, JsonParser.Default.Parse<ApplyPolicyResponse>(apply.Output).Applied);
        Assert.Equal("name: ünï\n", gateway.Policies.LastApply!.Source.Yaml);
        Assert.Equal(7ul, gateway.Policies.LastApply.ExpectedRevision);
    }

    [Fact]
    public async Task Another_running_revision_fails_the_apply_and_the_clear()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("edge.yaml", CannedPolicies.SmallYaml);
        Finished expected = new(1, "", "gatewayctl: revision 7 is running, not 6\n");

        Assert.Equal(expected, await gateway.RunAsync("policy", "apply", file, "--expected-revision", "6"));
        Assert.Equal(expected, await gateway.RunAsync("policy", "clear", "--expected-revision", "6"));
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("validate")]
    public async Task Every_error_of_a_policy_is_a_line_with_its_place(string command)
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Policies.Errors.AddRange([s_first, s_second]);
        string file = gateway.WriteFile("bad.yaml", "name: bad\n");

        Finished rejected = await gateway.RunAsync("policy", command, file);

        Assert.Equal(
            $"""
            {file}:3:7: '10.0.0.0/33' is not a prefix. (chains[0].select.src) - Write a length of 0 to 32.
            {file}:9:5: There is no actor. (chains[1].actors)
            gatewayctl: the policy was not accepted: 2 errors

            """,
            rejected.Errors);
        Assert.Equal((3, ""), (rejected.ExitCode, rejected.Output));
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("validate")]
    public async Task Errors_of_a_policy_as_JSON_are_one_object(string command)
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Policies.Errors.AddRange([s_first, s_second]);
        string file = gateway.WriteFile("bad.yaml", "name: bad\n");

        Finished rejected = await gateway.RunAsync("policy", command, file, "-o", "json");

        Assert.Equal(3, rejected.ExitCode);
        Assert.Equal([s_first, s_second], JsonParser.Default.Parse<ValidatePolicyResponse>(rejected.Output).Errors);
    }

    [Fact]
    public async Task More_errors_than_a_status_can_carry_are_all_listed()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Policies.Errors.AddRange(Enumerable.Range(1, 200).Select(i => new PolicyError
        {
            Path = $"chains[{i}].name",
            Line = (uint)i,
            Column = 1,
            Message = $"The name {new string('x', 40)} is too long.",
        }));

        Finished rejected = await Gatewayctl.RunAsync(["--socket", gateway.Socket, "policy", "apply", "-"], "name: long\n");

        Assert.Equal(3, rejected.ExitCode);
        Assert.Equal(200, rejected.Errors.Split('\n').Count(line => line.StartsWith("<stdin>:", StringComparison.Ordinal)));
        Assert.Contains("200 errors", rejected.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_listed_without_places_when_only_the_status_has_them()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Policies.Errors.Add(s_second);
        gateway.Policies.ValidateFails = true;
        string file = gateway.WriteFile("bad.yaml", "name: bad\n");

        Finished rejected = await gateway.RunAsync("policy", "apply", file);

        Assert.Equal(3, rejected.ExitCode);
        Assert.StartsWith($"{file}: There is no actor. (chains[1].actors)\n", rejected.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_policy_is_told_with_its_size()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("edge.yaml", CannedPolicies.SmallYaml);

        Finished validate = await gateway.RunAsync("policy", "validate", file);

        Assert.Equal(new Finished(0, $"{file}: good: 2 chains, 5 terms, 1 exact rule, 1 prefix\n", ""), validate);
        Assert.Equal(CannedPolicies.SmallYaml, gateway.Policies.LastValidate!.Source.Yaml);
        Assert.Null(gateway.Policies.LastApply);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_nothing_is_sent()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished apply = await gateway.RunAsync("policy", "apply", "no-such-policy.yaml");

        Assert.Equal(1, apply.ExitCode);
        Assert.StartsWith("gatewayctl: cannot read no-such-policy.yaml: ", apply.Errors, StringComparison.Ordinal);
        Assert.Null(gateway.Policies.LastApply);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF8_is_refused()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("latin1.yaml", "");
        await File.WriteAllBytesAsync(file, [.. "name: "u8, 0xfc, .. "\n"u8]);

        Finished apply = await gateway.RunAsync("policy", "apply", file);

        Assert.Equal(new Finished(1, "", $"gatewayctl: {file} is not UTF-8 text: save the policy as UTF-8\n"), apply);
        Assert.Null(gateway.Policies.LastApply);
    }

    [Fact]
    public async Task The_running_policy_is_shown_with_its_chains()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished get = await gateway.RunAsync("policy", "get");

        Assert.Equal(
            """
            Policy      edge
            Revision    7
            Generation  12
            Applied     2023-11-14T22:13:20.123Z
            Compiled    2 chains, 5 terms, 1 exact rule, 1 prefix

            CHAIN   PRIORITY  HOOKS           PORTS  ACTORS
            demote       100  ingress,egress  wan0   set_backup,record
            rest           0  ingress         all    count

            """,
            get.Output);
        Assert.Equal(0, get.ExitCode);
    }

    [Fact]
    public async Task The_running_policy_as_YAML_is_the_file_and_nothing_else()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(new Finished(0, CannedPolicies.SmallYaml, ""), await gateway.RunAsync("policy", "get", "--yaml"));
    }

    [Fact]
    public async Task A_policy_of_many_rules_is_printed_whole()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Policies.Yaml = string.Concat(Enumerable.Repeat("# a million rules, each in a line of its own\n", 500_000));

        Finished get = await gateway.RunAsync("policy", "get", "--yaml");

        Assert.Equal((0, ""), (get.ExitCode, get.Errors));
        Assert.True(gateway.Policies.Yaml == get.Output);
    }

    [Fact]
    public async Task Without_a_policy_there_is_no_YAML()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Policies.Running = 0;

        Assert.Equal(
            new Finished(0, "No policy runs: every packet passes unmodified.\n", ""), await gateway.RunAsync("policy", "get"));
        Assert.Equal(
            new Finished(1, "", "gatewayctl: no policy runs: there is nothing to print\n"), await gateway.RunAsync("policy", "get", "--yaml"));
        Assert.Equal(new GetPolicyResponse(), JsonParser.Default.Parse<GetPolicyResponse>((await gateway.RunAsync("policy", "get", "-o", "json")).Output));
    }

    [Fact]
    public async Task Clearing_tells_the_revision_that_no_longer_runs()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(new Finished(0, "cleared revision 7\n", ""), await gateway.RunAsync("policy", "clear", "--expected-revision", "7"));
        Assert.Equal(7ul, gateway.Policies.LastClear!.ExpectedRevision);
        gateway.Policies.Running = 0;
        Assert.Equal(new Finished(0, "no policy was running\n", ""), await gateway.RunAsync("policy", "clear"));
    }
}
