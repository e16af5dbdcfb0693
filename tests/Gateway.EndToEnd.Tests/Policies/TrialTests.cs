using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using State = Gateway.V1.PolicyRevision.Types.State;

namespace Gateway.EndToEnd.Tests;

/// <summary>A policy that cuts the operator off gives way by itself.</summary>
public sealed class TrialTests
{
    [Fact]
    public async Task A_policy_that_drops_everything_gives_way_though_the_daemon_is_killed()
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed());
        ApplyPolicyResponse good = await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        ApplyPolicyResponse trial = await path.Api.Policies.ApplyAsync(
            PolicyChain.Named("nothing-passes").Do(a => a.Count().Drop()).ToPolicy("cut-off"),
            new ChangeOptions { ExpectedRevision = good.Applied.Revision, ConfirmWithin = TimeSpan.FromSeconds(5) });
        Assert.Equal((State.Unconfirmed, good.Applied.Revision), (trial.Revision.State, trial.Revision.RevertToRevision));
        await Wait.UntilAsync(
            async () => await path.Gateway.CountAsync("nothing-passes", "drop", Reason.Dropped) > 0, "a packet that the policy on trial drops");
        await path.Gateway.KillDaemonAsync();
        await path.Gateway.StartDaemonAsync();

        await Wait.UntilAsync(
            async () => (await path.Api.Policies.GetAsync()).Applied?.Revision == good.Applied.Revision, "the policy before runs again");
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        await path.AssertWholeAsync(await transfer.StopAsync());
        Assert.Equal(State.Reverted, (await path.Api.Policies.GetAsync(trial.Applied.Revision)).Revision.State);
        Assert.Contains(path.Api.Policies.HistoryAsync().ToBlockingEnumerable(), r => r.State == State.Running && r.Name == "watch");
        FaultTable.Withstood("a policy that cuts everybody off, gatewayd killed meanwhile", "it gives way in time, the transfer goes on");
    }
}
