using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>The ready-made policy mptcp-off: hosts that speak MPTCP open plain TCP connections.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class MptcpOffTests(SharedPaths paths)
{
    private const long Bytes = 4_000_000;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task New_connections_are_plain_and_whole_and_old_ones_go_on(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await using Transfer before = await path.StartAsync();
        await path.WaitForJoinAsync(before);
        (long Client, long Server) sent = await path.GrowthAsync("MPTcpExtMPCapableSYNRX");

        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read("mptcp-off"));
        TransferSpec spec = TransferSpec.Download(Bytes) with { To = path.Lab.Paths[0].Server(family), Connections = 3 };
        TransferResult down = await path.Lab.TransferAsync(spec);
        TransferResult up = await path.Lab.TransferAsync(spec with { Direction = Lab.Direction.Upload });
        Assert.All(down.Connections.Concat(up.Connections), c => Assert.True(c.Client is not { Mptcp: true, Fallback: false } && c.Server is not { Mptcp: true, Fallback: false }, $"{c}"));
        Assert.Equal(6 * Bytes, down.Bytes + up.Bytes);

        // The server was never offered MPTCP; the client's offers were not answered.
        Assert.Equal(sent.Server, (await path.GrowthAsync("MPTcpExtMPCapableSYNRX")).Server);
        Assert.Equal(6, (await path.GrowthAsync("MPTcpExtMPCapableFallbackSYNACK")).Client);
        Assert.True(await path.Gateway.CountAsync("mptcp-off", "strip_mptcp", Reason.Done) >= 6);
        await path.FindAsync(c => c.State is ConnectionState.Fallback or ConnectionState.Closed && c.Subflows.Count == 1, "a connection that went on as plain TCP");

        TransferResult first = await before.StopAsync();
        await path.AssertWholeAsync(first, down, up);
        Assert.Equal((2, false), (first.Subflows, first.PlainTcp));
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtDssFallback"));
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPCapableDataFallback"));
    }
}
