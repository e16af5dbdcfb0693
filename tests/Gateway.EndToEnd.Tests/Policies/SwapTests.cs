using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Policies come and go while data flows.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class SwapTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4, 50)]
    [InlineData(LabMode.Wire, Family.V6, 11)]
    public async Task Policies_swapped_under_load_lose_nothing(LabMode mode, Family family, int swaps)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        Func<ActorBuilder, ActorBuilder>[] actors = [a => a.Record(), a => a.Count(), a => a.RateLimit(40_000_000_000)];
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        ulong revision = 0;
        for (int i = 1; i <= swaps; i++)
        {
            ApplyPolicyResponse applied = await path.Api.Policies.ApplyAsync(
                PolicyChain.Named($"swap-{i % actors.Length}").Do(actors[i % actors.Length]).ToPolicy("swap"));
            Assert.Equal(i == 1 ? applied.Applied.Revision : revision + 1, applied.Applied.Revision);
            revision = applied.Applied.Revision;
        }

        // Both counts of swaps end with the third actor.
        Assert.True(await path.Gateway.CountAsync("swap-2", "rate_limit", Reason.WindowBelow) > 0, $"{await path.Api.Telemetry.CountersAsync()}");
        Assert.Equal(revision, (await path.Api.Policies.ClearAsync()).ClearedRevision);
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
        await path.AssertNoFallbackAsync();
        Assert.Null((await path.Api.Policies.GetAsync()).Applied);
        Assert.Empty((await path.Api.Telemetry.CountersAsync()).Chains);
        FaultTable.Withstood("hundreds of policy swaps under load", "no packet is lost by them, content right");
    }

    [Fact]
    public async Task Of_the_chains_that_match_the_highest_priority_runs()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        string second = path.Lab.Paths[1].ServerV4.ToString();
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        PolicyChain all = PolicyChain.Named("all").Do(a => a.Count());
        PolicyChain path2 = PolicyChain.Named("path2").Select(s => s.IpPair("0.0.0.0/0", second)).Do(a => a.Count());
        foreach ((ushort ofAll, ushort ofPath2) in new (ushort, ushort)[] { (10, 20), (20, 10) })
        {
            // Chains that go on keep their totals: cleared first, both begin at zero.
            await path.Api.Policies.ClearAsync();
            await path.Api.Policies.ApplyAsync(PolicyChain.Policy("order", all.Priority(ofAll), path2.Priority(ofPath2)));
            ulong before = await IngressAsync(path);
            await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
            CountersResponse counters = await path.Api.Telemetry.CountersAsync();

            ulong byAll = counters.Chains.Single(c => c.Chain == "all").Packets, byPath2 = counters.Chains.Single(c => c.Chain == "path2").Packets;
            Assert.True(byAll > 0, $"{counters}");
            Assert.True(ofPath2 > ofAll ? byPath2 > 0 : byPath2 == 0, $"priorities {ofAll} and {ofPath2}: {counters}");
            Assert.True(await IngressAsync(path) > before);
        }

        await path.AssertWholeAsync(await transfer.StopAsync());
    }

    [Fact]
    public async Task A_wrong_policy_leaves_the_running_one_alone()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        ApplyPolicyResponse running = await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done);
        Assert.True(counted > 0);

        PolicyRejectedException byField = await Assert.ThrowsAsync<PolicyRejectedException>(() => path.Api.Policies.ApplyAsync(
            PolicyChain.Policy("wrong", PolicyChain.Named("watch").Do(a => a.Drop()), PolicyChain.Named("b").Select(s => s.Src("10.0.0.0/99")).Do(a => a.Drop()))));
        Assert.Contains(byField.Errors, e => e.Path.StartsWith("chains[1]", StringComparison.Ordinal));
        PolicyRejectedException byPlace = await Assert.ThrowsAsync<PolicyRejectedException>(() => path.Api.Policies.ApplyAsync(
            "version: 1\nname: wrong\nchains:\n  - name: watch\n    priority: 1\n    actors: [count, sing]\n"));
        Assert.Equal(6u, Assert.Single(byPlace.Errors).Line);
        PolicyRejectedException noNic = await Assert.ThrowsAsync<PolicyRejectedException>(() => path.Api.Policies.ApplyAsync(
            PolicyChain.Named("watch").On("nowhere").Do(a => a.Drop()).ToPolicy("wrong")));
        Assert.NotEmpty(noNic.Errors);

        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted);
        GetPolicyResponse still = await path.Api.Policies.GetAsync();
        Assert.Equal(running.Applied, still.Applied);
        await path.AssertWholeAsync(await transfer.StopAsync());
        FaultTable.Withstood("a policy with errors", "all errors at once; the running one goes on");
    }

    private static async Task<ulong> IngressAsync(PathUnderTest path) =>
        (await path.Api.Ports.ListAsync()).Ports.Aggregate(0ul, (sum, p) => sum + p.Ingress.Packets);
}
