using System.Net;
using Gateway.Client;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>rewrite between real hosts: MPTCP does not notice that the 4-tuple of a subflow is not the same at both ends.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class RewriteTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download)]
    [InlineData(LabMode.Routed, Family.V4, Direction.Upload)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Upload)]
    [InlineData(LabMode.Wire, Family.V4, Direction.Download)]
    [InlineData(LabMode.Wire, Family.V6, Direction.Upload)]
    public async Task Ndiffports_on_path_opens_subflows_over_one_pair_of_addresses(LabMode mode, Family family, Direction direction)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Lab.Server.IpAsync("mptcp endpoint flush");
        IPAddress server = path.Lab.Paths[0].Server(family);
        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read("ndiffports-on-path", ("198.51.100.10", $"\"{server}\""), ("5201", $"{MptcpLab.Port}")));

        await using Transfer transfer = await path.StartAsync(direction);
        await Wait.UntilAsync(
            async () => (await path.Lab.Client.ReadSubflowsAsync()).Count(s => s.Joined) == 2, "the client has joined both announced ports");
        // They carry data.
        IReadOnlyList<SubflowReading> host = [];
        await Wait.UntilAsync(
            async () => (host = await path.Lab.Server.ReadSubflowsAsync()).Count(s => s.Joined && s.BytesSent + s.BytesReceived > 100_000) == 2,
            () => $"both joined subflows carry data: {string.Join("; ", host.Select(s => s.Text))}");
        IReadOnlyList<SubflowReading> client = await path.Lab.Client.ReadSubflowsAsync();
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((3, false), (result.Subflows, result.PlainTcp));
        Assert.Equal([MptcpLab.Port, 5202, 5203], client.Where(s => s.Mptcp).Select(s => s.Peer.Port).Order());
        Assert.All(client.Where(s => s.Mptcp), s => Assert.Equal(server, s.Peer.Address));
        Assert.Equal([MptcpLab.Port, MptcpLab.Port, MptcpLab.Port], host.Where(s => s.Mptcp).Select(s => s.Local.Port));
        // The same ports lead both ends to the same subflow.
        Assert.Equal(client.Where(s => s.Mptcp).Select(s => s.Local.Port).Order(), host.Where(s => s.Mptcp).Select(s => s.Peer.Port).Order());
        Assert.Equal(2, (await path.GrowthAsync("MPTcpExtMPJoinAckRx")).Server);
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPRstRx"));
        Assert.True(await path.Gateway.CountAsync("more-ports", "rewrite", Reason.Done) > 0);
        await path.AssertNoFallbackAsync();
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Direction.Upload)]
    [InlineData(LabMode.Routed, Family.V4, Direction.Download)]
    [InlineData(LabMode.Routed, Family.V6, Direction.Download)]
    public async Task A_connection_to_an_address_nobody_has_reaches_the_server(LabMode mode, Family family, Direction direction)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        IPAddress server = path.Lab.Paths[0].Server(family), nobody = Neighbour(server), seenAs = Neighbour(path.Lab.Paths[0].Client(family));
        await path.Api.Policies.ApplyAsync(PolicyChain.Policy(
            "service",
            PolicyChain.Named("service").Select(s => s.Dst(nobody.ToString()))
                .Do(a => a.Rewrite(src: seenAs.ToString(), srcPort: (40000, 40999), dst: server.ToString()))));

        await using Transfer transfer = await path.Lab.StartTransferAsync(new TransferSpec { Direction = direction, To = nobody });
        await transfer.WaitForBytesAsync(100_000);
        await path.WaitForJoinAsync(transfer);
        IReadOnlyList<SubflowReading> client = await path.Lab.Client.ReadSubflowsAsync(), host = await path.Lab.Server.ReadSubflowsAsync();
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        Assert.Contains(client, s => s.Peer.Address.Equals(nobody));
        SubflowReading first = Assert.Single(host, s => s.Mptcp && s.Local.Address.Equals(server));
        Assert.Equal(seenAs, first.Peer.Address);
        Assert.InRange(first.Peer.Port, 40000, 40999);
        // Connections are known as their initiator knows them.
        Connection connection = await path.FindAsync(c => c.Subflows.Count == 2, "the connection has two subflows");
        Assert.Contains(connection.Subflows, s => s.ToString().Contains($"{nobody}", StringComparison.Ordinal));
        await path.AssertNoFallbackAsync();
    }

    private static IPAddress Neighbour(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes[^1] = 99;
        return new IPAddress(bytes);
    }
}
