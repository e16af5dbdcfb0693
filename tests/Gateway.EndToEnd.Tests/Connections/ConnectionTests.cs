using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Connections as the daemon lists them, against what the hosts' kernels say of them.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class ConnectionTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V4)]
    public async Task A_connection_is_listed_as_the_kernels_have_it(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.WatchAsync();

        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        Connection connection = await path.FindAsync(BothEstablished, "two established subflows");
        IReadOnlyList<SubflowTruth> truth = await SubflowTruth.ReadAsync(path.Lab.Client);

        Assert.Equal((ConnectionState.Established, 1u), (connection.State, connection.Version));
        Assert.Equal(truth.Count, connection.Subflows.Count);
        foreach (SubflowTruth kernel in truth)
        {
            Subflow listed = Assert.Single(connection.Subflows, kernel.Is);
            Assert.Equal(kernel.Joined ? 2u : 1u, listed.Ordinal);
            Assert.Equal(!kernel.Joined, listed.Initial);
            Assert.Equal((kernel.LocalId, kernel.RemoteId), (listed.ClientAddressId, listed.ServerAddressId));
            Assert.Equal((false, false), (listed.ClientBackup, listed.ServerBackup));
            Assert.Equal(kernel.Joined ? path.Lab.Paths[1].GatewayClientPort : path.Lab.Paths[0].GatewayClientPort, listed.IngressNic);
        }

        // The server's second address, announced by endpoint 1 and echoed.
        AnnouncedAddress announced = Assert.Single(connection.Addresses);
        Assert.Equal(path.Lab.Paths[1].Server(family).ToString(), announced.Address);
        Assert.Equal((1u, false, false, true, false), (announced.AddressId, announced.ByClient, announced.Hidden, announced.Echoed, announced.Removed));

        await path.FindAsync(
            c => c.Id == connection.Id && c.Subflows.All(s => s.Reply.Bytes > 0 && s.RttNanos > 0), "counters on both subflows");
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal(result.Connections[0].Client!.Token, connection.ClientToken);
        Assert.Equal(result.Connections[0].Server!.Token, connection.ServerToken);
        Assert.Equal($"{connection.ClientToken:x8}:{connection.ServerToken:x8}", connection.Id);

        Connection closed = await path.FindAsync(
            c => c.Id == connection.Id && c.State == ConnectionState.Closed, "the connection closes with its transfer");
        Assert.All(closed.Subflows, s => Assert.Contains(s.State, new[] { SubflowState.Closed, SubflowState.Reset }));
        await path.FindAsync(
            c => c.Id == connection.Id && c.Subflows.Sum(s => (long)s.Reply.Bytes) >= result.Bytes, $"all of {result.Bytes} bytes are counted");
        Assert.DoesNotContain((await path.Api.Connections.ListAsync()).Connections, c => c.Id == connection.Id);
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Backup_is_listed_as_the_hosts_took_it(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        LabPath second = path.Lab.Paths[1];

        foreach (bool backup in new[] { true, false })
        {
            // Only what the server sends is selected: its receiver, the client, is asked.
            await path.Api.Policies.ApplyAsync(PolicyChain.Named("prio")
                .Select(s => s.Src(second.Server(family).ToString()))
                .Do(a => a.SetBackup(backup))
                .ToPolicy("prio"));
            await Wait.UntilAsync(
                async () => (await path.Lab.Client.ReadSubflowsAsync()).Any(s => s.Joined && s.BackupByPeer == backup),
                $"the client's kernel has backup {backup}");
            Connection connection = await path.FindAsync(
                c => c.Subflows.Any(s => s.Ordinal == 2 && s.ClientBackup == backup), $"client backup {backup} is listed");

            Assert.All(connection.Subflows, s => Assert.False(s.ServerBackup, $"{connection}"));
            Assert.False(connection.Subflows.Single(s => s.Ordinal == 1).ClientBackup);
            Assert.DoesNotContain(await path.Lab.Server.ReadSubflowsAsync(), s => s.BackupByPeer);
        }

        (long client, long server) = await path.GrowthAsync("MPTcpExtMPPrioRx");
        Assert.True(client >= 2 && server == 0, $"MP_PRIO received: client {client}, server {server}");
        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task A_hidden_address_is_listed_and_never_joined(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        await path.WatchAsync(a => a.BlkSubflow());
        await using MptcpMonitor client = await path.Lab.Client.MonitorMptcpAsync();

        await using Transfer transfer = await path.StartAsync();
        Connection connection = await path.FindAsync(c => c.Addresses.Any(a => a.Hidden), "a hidden address");
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        TransferResult result = await transfer.StopAsync();

        AnnouncedAddress hidden = Assert.Single(connection.Addresses);
        Assert.Equal(path.Lab.Paths[1].Server(family).ToString(), hidden.Address);
        Assert.Equal((1u, false, false, false), (hidden.AddressId, hidden.ByClient, hidden.Echoed, hidden.Removed));
        Assert.Equal((1, false), (result.Subflows, result.PlainTcp));
        Assert.Equal(0, client.Count("ANNOUNCED"));
        Assert.Single((await path.FindAsync(c => c.Id == connection.Id && c.State == ConnectionState.Closed, "its end")).Subflows);
        Assert.True((await path.GrowthAsync("MPTcpExtAddAddrTx")).Server > 0);
        Assert.Equal(0, (await path.GrowthAsync("MPTcpExtMPJoinSynTx")).Client);
        await path.AssertWholeAsync(result);
        await path.AssertNoFallbackAsync();
    }

    [Fact]
    public async Task A_withdrawn_address_is_listed_as_removed()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.WatchAsync();
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        await path.Lab.Server.IpAsync("mptcp endpoint delete id 1");

        Connection connection = await path.FindAsync(c => c.Addresses.Any(a => a.Removed), "the address is removed");
        Assert.Equal(path.Lab.Paths[1].ServerV4.ToString(), Assert.Single(connection.Addresses).Address);
        await path.FindAsync(
            c => c.State == ConnectionState.Established && c.Subflows.Any(s => s.Ordinal == 2 && s.State is SubflowState.Closed or SubflowState.Reset),
            "the second subflow ends, the connection goes on");
        await path.AssertWholeAsync(await transfer.StopAsync());
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task A_killed_daemon_lists_the_connection_again(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.WatchAsync(a => a.Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        Connection before = await path.FindAsync(BothEstablished, "two established subflows");

        await path.Gateway.KillDaemonAsync();
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        await path.Gateway.StartDaemonAsync();

        Connection after = await path.FindAsync(BothEstablished, "the connection is listed again");
        Assert.Equal((before.Id, before.State, before.Version), (after.Id, after.State, after.Version));
        Assert.Equal(before.Subflows.Select(Identity).Order(), after.Subflows.Select(Identity).Order());
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal(result.Connections[0].Client!.Token, after.ClientToken);
        await path.FindAsync(c => c.Id == before.Id && c.State == ConnectionState.Closed, "its end");
    }

    private static bool BothEstablished(Connection connection) =>
        connection.Subflows.Count(s => s.State == SubflowState.Established) == 2;

    private static string Identity(Subflow s) =>
        $"{s.Ordinal} {s.Initial} {s.ClientAddress} {s.ClientPort} {s.ClientAddressId} {s.ServerAddress} {s.ServerPort} {s.ServerAddressId} {s.IngressNic}";
}
