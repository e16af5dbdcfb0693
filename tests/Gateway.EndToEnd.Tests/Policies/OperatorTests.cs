using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Client;
using Gateway.Lab;
using Gateway.Rpc;
using Gateway.Tests;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Custom operators on real hosts.</summary>
[Collection(OnSharedPaths.Name)]
public sealed partial class OperatorTests(SharedPaths paths)
{
    private const int Mss = 1000;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task Replaced_under_load_it_loses_nothing_and_keeps_its_state(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        try
        {
            LoadOperatorResponse first = await path.Api.Operators.LoadAsync(OperatorObjects.Read("counts_one"), "tally");
            Assert.Equal(("tally", OperatorKind.Actor), (first.Loaded.Name, first.Loaded.Kind));
            PolicyRejectedException unknown = await Assert.ThrowsAsync<PolicyRejectedException>(() => path.Api.Policies.ApplyAsync(
                PolicyChain.Named("watch").Select(s => s.Custom("answering", 1)).Do(a => a.Custom("tally")).ToPolicy("early")));
            Assert.Contains(unknown.Errors, e => e.Message.Contains("The operator 'answering' is not loaded.", StringComparison.Ordinal));
            await path.Api.Policies.ApplyAsync(PolicyChain.Named("watch").Do(a => a.Custom("tally").Record()).ToPolicy("custom"));
            await using Transfer transfer = await path.StartAsync();
            await path.WaitForJoinAsync(transfer);
            Assert.True(await path.Gateway.CountAsync("watch", "custom", Reason.Done) > 0);

            foreach (string source in (string[])["counts_hundred"])
            {
                LoadOperatorResponse next = await path.Api.Operators.LoadAsync(OperatorObjects.Read(source), "tally");
                Assert.Equal(first.Loaded.Slot, next.Loaded.Slot);
                ulong done = await path.Gateway.CountAsync("watch", "custom", Reason.Done);
                await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
                Assert.True(await path.Gateway.CountAsync("watch", "custom", Reason.Done) > done);
            }

            Operator listed = Assert.Single((await path.Api.Operators.ListAsync()).Operators);
            Assert.Equal(["watch"], listed.Chains);
            Assert.Equal(["runs"], listed.Maps);
            RpcException used = await Assert.ThrowsAsync<RpcException>(() => path.Api.Operators.UnloadAsync("tally"));
            Assert.Equal(StatusCode.FailedPrecondition, used.StatusCode);
            Assert.Contains("'watch'", used.Message, StringComparison.Ordinal);

            // Unloaded while packets flow: the policy without it comes first.
            await path.WatchAsync();
            await path.Api.Operators.UnloadAsync("tally");
            await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
            TransferResult result = await transfer.StopAsync();
            await path.AssertWholeAsync(result);
            Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
            await path.AssertNoFallbackAsync();
        }
        finally
        {
            await UnloadAllAsync(path);
        }
    }

    [Fact]
    public async Task Both_hosts_obey_the_MSS_that_an_operator_writes()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        try
        {
            await path.Api.Operators.LoadAsync(OperatorObjects.Read("lower_mss"));
            await path.Api.Policies.ApplyAsync(PolicyChain.Named("mss").Do(a => a.Custom("lower_mss", Mss).Record()).ToPolicy("mss"));
            await using Transfer transfer = await path.StartAsync();
            await path.WaitForJoinAsync(transfer);
            string sockets = await path.Lab.Server.RunAsync("ss", "-Htin", "state", "established");
            int[] sizes = [.. SendMss().Matches(sockets).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
            Assert.True(sizes.Length >= 2 && sizes.All(size => size is > Mss / 2 and <= Mss), sockets);
            Assert.True(await path.Gateway.CountAsync("mss", "custom", Reason.Done) >= 4);
            await path.AssertWholeAsync(await transfer.StopAsync());
            await path.AssertNoFallbackAsync();
        }
        finally
        {
            await UnloadAllAsync(path);
        }
    }

    [Fact]
    public async Task Hosts_run_without_the_timestamps_that_an_operator_takes_out()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        try
        {
            await path.Api.Operators.LoadAsync(OperatorObjects.Read("hide_timestamps"));
            await path.Api.Policies.ApplyAsync(PolicyChain.Named("clock").Do(a => a.Custom("hide_timestamps").Record()).ToPolicy("clock"));
            await using Transfer transfer = await path.StartAsync();
            await path.WaitForJoinAsync(transfer);
            foreach (NetworkNamespace host in (NetworkNamespace[])[path.Lab.Client, path.Lab.Server])
            {
                string[] sockets = await TcpInfoAsync(host);
                Assert.True(sockets.Length >= 2, string.Join('\n', sockets));
                Assert.All(sockets, socket => Assert.Matches(@"^\s+sack .*\bwscale:\d+,\d+ ", socket));
            }

            Assert.True(await path.Gateway.CountAsync("clock", "custom", Reason.Done) >= 2);
            TransferResult result = await transfer.StopAsync();
            await path.AssertWholeAsync(result);
            Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
            await path.AssertNoFallbackAsync();

            // The same hosts use them when nothing is taken out.
            await path.WatchAsync();
            await using Transfer plain = await path.StartAsync();
            string[] usual = await TcpInfoAsync(path.Lab.Client);
            Assert.NotEmpty(usual);
            Assert.All(usual, socket => Assert.Matches(@"^\s+ts sack ", socket));
            await path.AssertWholeAsync(await plain.StopAsync());
        }
        finally
        {
            await UnloadAllAsync(path);
        }
    }

    [Fact]
    public async Task Joins_beyond_the_limit_of_an_operator_never_reach_the_server()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        try
        {
            await path.Api.Operators.LoadAsync(OperatorObjects.Read("limit_joins"));
            await path.Api.Policies.ApplyAsync(PolicyChain.Named("joins").Do(a => a.Custom("limit_joins", 0).Record()).ToPolicy("joins"));
            await using Transfer transfer = await path.StartAsync();
            await Wait.UntilAsync(
                async () => await path.Gateway.CountAsync("joins", "custom", Reason.Dropped) > 0, "a SYN with MP_JOIN is dropped");
            await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
            await path.AssertWholeAsync(await transfer.StopAsync());
            Assert.True((await path.GrowthAsync("MPTcpExtMPJoinSynTx")).Client > 0);
            Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPJoinSynRx"));
            await path.AssertNoFallbackAsync();
        }
        finally
        {
            await UnloadAllAsync(path);
        }
    }

    [Fact]
    public async Task The_command_line_loads_lists_and_unloads_and_prints_what_the_verifier_says()
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed());
        var control = new ControlProgram(path);
        string directory = Directory.CreateTempSubdirectory("gwop").FullName;
        try
        {
            string good = Path.Combine(directory, "first_bytes.o"), bad = Path.Combine(directory, "bad.o");
            await File.WriteAllBytesAsync(good, OperatorObjects.Read("first_bytes"));
            await File.WriteAllBytesAsync(bad, OperatorObjects.Read("reads_anywhere"));
            (int code, string output, string errors) = await control.RunAsync("operator", "load", good);
            Assert.True(code == 0, $"{output}\n{errors}\n{path.Gateway.Transcript}");
            Assert.Equal("loaded first_bytes, selector in slot 0", output.Trim());

            (code, output, _) = await control.RunAsync("operator", "load", bad);
            Assert.Equal(1, code);
            Assert.Contains("math between mem pointer and register", output, StringComparison.Ordinal);
            Assert.Contains("The kernel's verifier refused operator", output, StringComparison.Ordinal);
            (code, _, errors) = await control.RunAsync("operator", "load", typeof(OperatorTests).Assembly.Location);
            Assert.Equal(1, code);
            Assert.Contains("no operator", errors, StringComparison.Ordinal);

            await path.Api.Policies.ApplyAsync(
                PolicyChain.Policy(
                    "first", PolicyChain.Named("first").Priority(2).Select(s => s.Custom("first_bytes", 200_000)).Do(a => a.Count()), PolicyChain.Named("rest").Do(a => a.Count())));
            await using Transfer transfer = await path.StartAsync();
            await path.WaitForJoinAsync(transfer);
            ulong first = await path.Gateway.CountAsync("first", "count", Reason.Done);
            Assert.True(first > 0);
            Assert.True(await path.Gateway.CountAsync("rest", "count", Reason.Done) > 0);

            // The operator outlives the daemon with the data path, and the next one knows it.
            await path.Gateway.KillDaemonAsync();
            await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
            await path.Gateway.StartDaemonAsync();
            Operator listed = Assert.Single((await path.Api.Operators.ListAsync()).Operators);
            Assert.Equal(("first_bytes", OperatorKind.Selector), (listed.Name, listed.Kind));
            Assert.Equal(["first"], listed.Chains);
            (code, output, _) = await control.RunAsync("operator", "list");
            Assert.Equal(0, code);
            Assert.Contains("first_bytes", output, StringComparison.Ordinal);
            await path.AssertWholeAsync(await transfer.StopAsync());

            (code, _, errors) = await control.RunAsync("operator", "unload", "first_bytes");
            Assert.Equal(1, code);
            Assert.Contains("chain 'first'", errors, StringComparison.Ordinal);
            await path.Api.Policies.ClearAsync();
            (code, output, _) = await control.RunAsync("operator", "unload", "first_bytes");
            Assert.Equal((0, "unloaded first_bytes"), (code, output.Trim()));

            // A data path that is made anew has the operators of the one before.
            await path.Api.Operators.LoadAsync(OperatorObjects.Read("lower_mss"));
            await path.Api.System.CleanUpAsync();
            await path.Gateway.KillDaemonAsync();
            await path.Gateway.StartDaemonAsync();
            Assert.Equal("lower_mss", Assert.Single((await path.Api.Operators.ListAsync()).Operators).Name);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // The second line that ss prints of each established connection.
    private static async Task<string[]> TcpInfoAsync(NetworkNamespace host) =>
        [.. (await host.RunAsync("ss", "-Htino", "state", "established")).Split('\n').Where(line => line.Contains(" rto:", StringComparison.Ordinal))];

    private static async Task UnloadAllAsync(PathUnderTest path)
    {
        await path.Api.Policies.ClearAsync();
        foreach (Operator loaded in (await path.Api.Operators.ListAsync()).Operators)
        {
            await path.Api.Operators.UnloadAsync(loaded.Name);
        }
    }

    [GeneratedRegex(@"\bmss:(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex SendMss();
}
