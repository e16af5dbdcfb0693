using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>set_backup reaches subflows that have no packet to carry it.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class IdlePriorityTests(SharedPaths paths)
{
    private const long Sent = 300_000;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task An_idle_subflow_is_demoted_and_restored(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await using LabProcess server = await PythonHost.ServeMultipathAsync(path.Lab, path.Lab.Paths[0].Server(family));
        await using LabProcess client = PythonHost.Count(path.Lab, path.Lab.Paths[0].Server(family));
        await Wait.UntilAsync(
            async () => await SubflowsAsync(path) is { } subflows && subflows.Any(s => s.Joined) && subflows.Sum(s => s.BytesReceived) >= Sent,
            "both subflows, and all data on the server");

        await ApplyAsync(path, backup: true);
        await Wait.UntilAsync(async () => (await SubflowsAsync(path)).Any(s => s.Joined && s.BackupByPeer), "the server takes the second subflow for backup");
        Assert.All(await SubflowsAsync(path), s => Assert.Equal(s.Joined, s.BackupByPeer));
        (_, long demoted) = await path.GrowthAsync("MPTcpExtMPPrioRx");
        Assert.True(demoted > 0);
        Assert.True(await path.Gateway.CountAsync("demote", "set_backup", Reason.Injected) > 0, $"{await path.Api.Telemetry.CountersAsync()}");

        await ApplyAsync(path, backup: false);
        await Wait.UntilAsync(async () => !(await SubflowsAsync(path)).Any(s => s.BackupByPeer), "the server takes it for a regular one again");
        Assert.True((await path.GrowthAsync("MPTcpExtMPPrioRx")).Server > demoted);

        Assert.Equal(0, await client.StopAsync());
        await Wait.UntilAsync(() => client.Output.Contains($"{Sent}"), "the server counts what was sent");
        await path.AssertWholeAsync();
        await path.AssertNoFallbackAsync();
    }

    private static Task<ApplyPolicyResponse> ApplyAsync(PathUnderTest path, bool backup) => path.Api.Policies.ApplyAsync(
        PolicyChain.Named("demote")
            .Select(s => s.IpPair(path.Lab.Paths[1].Client(path.Family).ToString(), path.Lab.Paths[1].Server(path.Family).ToString()))
            .Do(a => a.SetBackup(backup))
            .ToPolicy("demote"));

    private static async Task<IReadOnlyList<SubflowReading>> SubflowsAsync(PathUnderTest path) =>
        [.. (await path.Lab.Server.ReadSubflowsAsync()).Where(s => s.Local.Port == PythonHost.Port)];
}
