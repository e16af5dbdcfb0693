using Gateway.Client;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

public sealed class PolicyHistoryCommandTests
{
    [Fact]
    public async Task A_plan_says_what_would_change_and_how()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("next.yaml", CannedPolicies.SmallYaml);

        Finished plan = await gateway.RunAsync("policy", "apply", file, "--dry-run");

        Assert.Equal(
            """
            would apply next as revision 8: 2 chains, 5 terms, 1 exact rule, 1 prefix (now 2 chains, 5 terms, 1 exact rule, 1 prefix)
            edge revision 7 -> next
            ~ Chain demote changes in 1 place.
                + actors gets count
            - Chain gone is removed.
            2 chains of 3 differ.
            Counters that go on: demote
            Counters that end: gone
            Steps:
              1. Have every packet program follow.
            Nothing was changed.

            """,
            plan.Output);
        Assert.True(gateway.Policies.LastApply!.DryRun);
    }

    [Fact]
    public async Task On_trial_the_way_to_confirm_is_told()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("next.yaml", CannedPolicies.SmallYaml);

        Finished apply = await gateway.RunAsync(
            "policy", "apply", file, "--confirm-within", "5m", "--expect-revision", "7", "--comment", "for the night", "--author", "alice");

        Assert.Equal(
            """
            applied edge revision 7 (generation 12): 2 chains, 5 terms, 1 exact rule, 1 prefix
            on trial: revision 6 runs again at 2023-11-14T22:14:20.123Z without `gatewayctl policy confirm 7`

            """,
            apply.Output);
        Assert.Equal(
            new ApplyPolicyRequest
            {
                Source = new PolicySource { Yaml = CannedPolicies.SmallYaml },
                ExpectedRevision = 7,
                ConfirmWithinSeconds = 300,
                Author = "alice",
                Comment = "for the night",
            },
            gateway.Policies.LastApply);
    }

    [Theory]
    [InlineData("60")]
    [InlineData("0s")]
    [InlineData("8d")]
    [InlineData("-5s")]
    [InlineData("soon")]
    public async Task A_time_that_is_none_is_a_wrong_command_line(string time)
    {
        Finished wrong = await Gatewayctl.RunAsync(["policy", "apply", "x.yaml", "--confirm-within", time]);

        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains($"--confirm-within '{time}' is no time: write 1s to 7d", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirming_another_revision_has_an_exit_code_of_its_own()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(new Finished(0, "confirmed edge revision 7: it stays\n", ""), await gateway.RunAsync("policy", "confirm", "7"));
        Assert.Equal(new Finished(6, "", "gatewayctl: Revision 6 does not run. Revision 7 runs.\n"), await gateway.RunAsync("policy", "confirm", "6"));

        using GatewayClient client = GatewayClient.Connect(gateway.Socket);
        RevisionMismatchException mismatch = await Assert.ThrowsAsync<RevisionMismatchException>(() => client.Policies.ConfirmAsync(6));
        Assert.Equal((6ul, 7ul, "edge"), (mismatch.ExpectedRevision, mismatch.RunningRevision, mismatch.RunningName));
    }

    [Fact]
    public async Task The_history_is_a_table_over_all_pages()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished history = await gateway.RunAsync("policy", "history");

        Assert.Equal(
            """
            REVISION  STATE                                       POLICY  CREATED                   AUTHOR  FROM  COMMENT
                   7  unconfirmed until 2023-11-14T22:14:20.123Z  edge    2023-11-14T22:13:20.123Z  alice   -     for the night
                   5  reverted                                    edge    2023-11-14T22:13:20.123Z  bob     3     -

            """,
            history.Output);
        Finished json = await gateway.RunAsync("policy", "history", "-n", "1", "-o", "json");
        Assert.Equal([CannedPolicies.Trial], JsonParser.Default.Parse<PolicyHistoryResponse>(json.Output).Revisions);
    }

    [Fact]
    public async Task YAML_has_the_same_names_and_values_as_JSON()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished yaml = await gateway.RunAsync("policy", "confirm", "7", "-o", "yaml");

        Assert.Equal(
            """
            ---
            revision:
              revision: "7"
              name: "edge"
              author: "alice"
              peer: ""
              comment: "for the night"
              createdUnixNanos: "1700000000123456789"
              origin: "ORIGIN_APPLIED"
              fromRevision: "0"
              state: "STATE_RUNNING"
              confirmByUnixNanos: "0"
              revertToRevision: "0"
              compiled:
                chains: 2
                terms: 5
                exactRules: 1
                prefixes: 1
              textBytes: "0"
              textSha256: ""

            """,
            yaml.Output);
    }

    [Fact]
    public async Task A_revision_is_shown_exported_and_rolled_back_to()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished show = await gateway.RunAsync("policy", "show", "5");
        Finished export = await gateway.RunAsync("policy", "export", "5");
        Finished rollback = await gateway.RunAsync("policy", "rollback", "5", "--comment", "back");

        Assert.Contains("State     reverted\n", show.Output, StringComparison.Ordinal);
        Assert.Equal($"# revision 5, 2023-11-14T22:13:20.123Z, by bob\n{CannedPolicies.SmallYaml}", export.Output);
        Assert.StartsWith("applied edge revision 7", rollback.Output, StringComparison.Ordinal);
        Assert.Equal(new RollbackPolicyRequest { Revision = 5, Comment = "back" }, gateway.Policies.LastRollback);
    }

    [Fact]
    public async Task What_was_exported_is_imported()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("saved.yaml", "");
        Finished export = await gateway.RunAsync("policy", "export", "5", "--file", file);
        Assert.Equal(new Finished(0, "", ""), export);

        Finished import = await gateway.RunAsync("policy", "import", file, "-m", "saved");

        Assert.Equal(new Finished(0, "imported edge as revision 7: apply it with `gatewayctl policy rollback 7`\n", ""), import);
        Assert.Equal(await File.ReadAllTextAsync(file), gateway.Policies.LastImport!.Source.Yaml);
        Assert.Equal("saved", gateway.Policies.LastImport.Comment);
    }

    [Fact]
    public async Task Differences_are_of_a_file_or_between_revisions()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = gateway.WriteFile("next.yaml", CannedPolicies.SmallYaml);

        Finished withFile = await gateway.RunAsync("policy", "diff", file);
        Finished revisions = await gateway.RunAsync("policy", "diff", "--from", "5", "--to", "7");

        Assert.StartsWith("edge revision 7 -> next\n~ Chain demote changes in 1 place.\n", withFile.Output, StringComparison.Ordinal);
        Assert.Equal(new Finished(0, "edge revision 5 -> edge revision 7\nNo chain differs.\n", ""), revisions);
        Assert.Equal(2, (await gateway.RunAsync("policy", "diff")).ExitCode);
        Assert.Equal(2, (await gateway.RunAsync("policy", "diff", file, "--to", "7")).ExitCode);
    }

    [Fact]
    public async Task Changes_are_lines_as_they_happen()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished watch = await gateway.RunAsync("policy", "watch");

        Assert.Equal(
            """
            2023-11-14T22:13:20.123Z reverted: edge revision 5 (reverted) by bob, before revision 7
            2023-11-14T22:13:20.123Z cleared: no policy, before revision 5

            """,
            watch.Output);
    }
}
