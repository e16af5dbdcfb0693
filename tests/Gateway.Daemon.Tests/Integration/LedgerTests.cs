using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using Verdict = Gateway.V1.LedgerEntry.Types.Verdict;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>The ledger of real hosts' handshakes.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly DaemonFixture _daemon = new();
    private MptcpHosts? _hosts;

    public void Dispose()
    {
        _hosts?.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task A_network_with_mptcp_and_one_without_are_told_apart()
    {
        _hosts = new MptcpHosts(_daemon.Namespace);
        _hosts.AddPlainServer(_daemon.Namespace);
        using GatewayClient client = _daemon.Start();
        foreach (string nic in (string[])[.. MptcpHosts.GatewayNics, MptcpHosts.PlainServerNic])
        {
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = nic });
        }

        await client.Policies.ApplyAsync("{version: 1, name: all, chains: [{name: all, priority: 1, actors: [record]}]}");
        _hosts.ConnectToPlainServer();
        _hosts.Connect();

        LedgerEntry speaks = await Find(client, "10.2.1.7", e => e.Established == 1);
        Assert.Equal(("10.1.1.0/24", "g1", "10.2.1.0/24", "g3"), (speaks.ClientPrefix, speaks.ClientNic, speaks.ServerPrefix, speaks.ServerNic));
        Assert.Equal((1ul, 1ul, 0ul, Verdict.Works), (speaks.Offered, speaks.Accepted, speaks.AnsweredWithout, speaks.Verdict));
        LedgerEntry joins = await Find(client, "10.1.2.7", e => e.JoinsEstablished == 1);
        Assert.Equal(("g2", "g3", 1ul, 1ul, 0ul), (joins.ClientNic, joins.ServerNic, joins.JoinsOffered, joins.JoinsAccepted, joins.Offered));

        LedgerEntry silent = await Find(client, "10.3.1.7", e => e.AnsweredWithout == 1);
        Assert.Equal(("10.1.1.0/24", "g1", "10.3.1.0/24", "g4"), (silent.ClientPrefix, silent.ClientNic, silent.ServerPrefix, silent.ServerNic));
        Assert.Equal((1ul, 0ul, Verdict.ServerSide), (silent.Offered, silent.Accepted, silent.Verdict));

        LedgerResponse all = await client.Connections.LedgerAsync();
        Assert.Equal((3, 24u, 48u, 0ul), (all.Entries.Count, all.Ipv4Prefix, all.Ipv6Prefix, all.EventsLost));
        await Assert.ThrowsAsync<Rpc.RpcException>(() => client.Connections.LedgerAsync("10.2.1"));
    }

    private static async Task<LedgerEntry> Find(GatewayClient client, string address, Func<LedgerEntry, bool> condition)
    {
        LedgerEntry? found = null;
        await Wait.UntilAsync(
            async () => (found = (await client.Connections.LedgerAsync(address)).Entries.SingleOrDefault(condition)) is not null, "the ledger has such an entry", TimeSpan.FromSeconds(30));
        return found!;
    }
}
