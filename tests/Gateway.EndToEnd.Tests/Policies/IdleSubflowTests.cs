using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>set_backup and close_subflow reach subflows that have no packet to carry them.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class IdleSubflowTests(SharedPaths paths)
{
    private const long Sent = 300_000;
    private const int FirstPort = 41_000, LastPort = 41_999;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4, false)]
    [InlineData(LabMode.Routed, Family.V6, true)]
    [InlineData(LabMode.Wire, Family.V4, true)]
    [InlineData(LabMode.Wire, Family.V6, false)]
    public async Task An_idle_subflow_is_demoted_and_restored(LabMode mode, Family family, bool rewritten)
    {
        await using PathUnderTest path = await TakeAsync(mode, family, rewritten);
        await using LabProcess server = await PythonHost.ServeMultipathAsync(path.Lab, path.Lab.Paths[0].Server(family));
        await using LabProcess client = await SendAsync(path);

        await AssertPortsAsync(path, rewritten);
        await ApplyAsync(path, a => a.SetBackup(true));
        await AssertDemotedAsync(path);
        (_, long demoted) = await path.GrowthAsync("MPTcpExtMPPrioRx");
        Assert.True(demoted > 0);
        Assert.True(await path.Gateway.CountAsync("idle", "set_backup", Reason.Injected) > 0, $"{await path.Api.Telemetry.CountersAsync()}");

        await ApplyAsync(path, a => a.SetBackup(false));
        await Wait.UntilAsync(async () => !(await SubflowsAsync(path)).Any(s => s.BackupByPeer), "the server takes it for a regular one again");
        Assert.True((await path.GrowthAsync("MPTcpExtMPPrioRx")).Server > demoted);

        await EndAsync(path, server, client);
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4, true)]
    [InlineData(LabMode.Routed, Family.V6, false)]
    [InlineData(LabMode.Wire, Family.V4, false)]
    [InlineData(LabMode.Wire, Family.V6, true)]
    public async Task An_idle_subflow_is_closed_at_both_hosts(LabMode mode, Family family, bool rewritten)
    {
        await using PathUnderTest path = await TakeAsync(mode, family, rewritten);
        await using LabProcess server = await PythonHost.ServeMultipathAsync(path.Lab, path.Lab.Paths[0].Server(family));
        await using LabProcess client = await SendAsync(path);
        await AssertPortsAsync(path, rewritten);
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPRstRx"));

        await ApplyAsync(path, a => a.CloseSubflow());
        await Wait.UntilAsync(async () => await path.GrowthAsync("MPTcpExtMPRstRx") is { Client: > 0, Server: > 0 }, "MP_TCPRST at both hosts");
        await Wait.UntilAsync(async () => (await SubflowsAsync(path)).Count == 1, "the server has one subflow");
        Assert.True(await path.Gateway.CountAsync("idle", "close_subflow", Reason.Injected) >= 2, $"{await path.Api.Telemetry.CountersAsync()}");
        await path.FindAsync(
            c => c.Subflows.Any(s => s.Ordinal == 2 && s.State is SubflowState.Reset or SubflowState.Closed), "the closed subflow listed so");

        await EndAsync(path, server, client);
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task An_idle_subflow_that_is_added_to_a_set_is_demoted(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await using LabProcess server = await PythonHost.ServeMultipathAsync(path.Lab, path.Lab.Paths[0].Server(family));
        await using LabProcess client = await SendAsync(path);
        SubflowReading joined = (await SubflowsAsync(path)).Single(s => s.Joined);
        await path.Api.Policies.ApplyAsync(PolicyChain.Named("idle").Select(s => s.SubflowSet("idle")).Do(a => a.SetBackup()).ToPolicy("idle"));

        await path.Api.SubflowSets.AddAsync("idle", [new SubflowEnds
        {
            Src = joined.Peer.Address.ToString(), SrcPort = (uint)joined.Peer.Port, Dst = joined.Local.Address.ToString(), DstPort = (uint)joined.Local.Port,
        }]);
        await AssertDemotedAsync(path);

        await path.Api.Policies.ClearAsync();
        await path.Api.SubflowSets.RemoveSetAsync("idle");
        await EndAsync(path, server, client);
    }

    /// <summary>Rewritten: where subflows go they come from other ports than their client knows.</summary>
    private async Task<PathUnderTest> TakeAsync(LabMode mode, Family family, bool rewritten)
    {
        PathUnderTest path = await paths.TakeAsync(mode, family);
        if (rewritten)
        {
            await path.Api.Policies.ApplyAsync(PolicyChain.Named("ports").Select(s => s.DstPort(PythonHost.Port)).Do(a => a.Rewrite(srcPort: (FirstPort, LastPort))).ToPolicy("ports"));
        }

        return path;
    }

    private static async Task AssertPortsAsync(PathUnderTest path, bool rewritten) =>
        Assert.All(await SubflowsAsync(path), s => Assert.True(!rewritten || s.Peer.Port is >= FirstPort and <= LastPort, s.Text));

    /// <summary>A client that has sent all it has to, over two subflows, and holds the connection.</summary>
    private static async Task<LabProcess> SendAsync(PathUnderTest path)
    {
        LabProcess client = PythonHost.Count(path.Lab, path.Lab.Paths[0].Server(path.Family));
        await Wait.UntilAsync(
            async () => await SubflowsAsync(path) is { } subflows && subflows.Any(s => s.Joined) && subflows.Sum(s => s.BytesReceived) >= Sent,
            "both subflows, and all data on the server");
        return client;
    }

    private static async Task AssertDemotedAsync(PathUnderTest path)
    {
        await Wait.UntilAsync(async () => (await SubflowsAsync(path)).Any(s => s.Joined && s.BackupByPeer), "the server takes the second subflow for backup");
        Assert.All(await SubflowsAsync(path), s => Assert.Equal(s.Joined, s.BackupByPeer));
    }

    private static async Task EndAsync(PathUnderTest path, LabProcess server, LabProcess client)
    {
        Assert.Equal(0, await client.StopAsync());
        await Wait.UntilAsync(() => client.Output.Contains($"{Sent}"), "the server counts what was sent");
        await path.AssertWholeAsync();
        await path.AssertNoFallbackAsync();
    }

    private static Task<ApplyPolicyResponse> ApplyAsync(PathUnderTest path, Func<ActorBuilder, ActorBuilder> actor) => path.Api.Policies.ApplyAsync(
        PolicyChain.Named("idle")
            .Select(s => s.IpPair(path.Lab.Paths[1].Client(path.Family).ToString(), path.Lab.Paths[1].Server(path.Family).ToString()))
            .Do(actor)
            .ToPolicy("idle"));

    private static async Task<IReadOnlyList<SubflowReading>> SubflowsAsync(PathUnderTest path) =>
        [.. (await path.Lab.Server.ReadSubflowsAsync()).Where(s => s.Local.Port == PythonHost.Port)];
}
