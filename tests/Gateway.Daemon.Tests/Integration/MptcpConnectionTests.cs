using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>Connections of real hosts, seen on the path.</summary>
public sealed class MptcpConnectionTests : IDisposable
{
    private readonly DaemonFixture _daemon = new();
    private readonly MptcpHosts _hosts;

    public MptcpConnectionTests()
    {
        try
        {
            _hosts = new MptcpHosts(_daemon.Namespace);
        }
        catch
        {
            _daemon.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _hosts.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task A_connection_is_seen_from_its_handshake_over_a_restart_to_its_end()
    {
        string id;
        using (GatewayClient client = _daemon.Start())
        {
            foreach (string nic in MptcpHosts.GatewayNics)
            {
                await client.Ports.AttachAsync(new AttachPortRequest { Nic = nic });
            }

            // The packet programs look into packets only where a policy runs.
            await client.Policies.ApplyAsync(
                """
                version: 1
                name: all
                chains:
                  - name: all
                    priority: 1
                    actors: [record]
                """);
            _hosts.Connect();
            Connection connection = await Find(client, c => c.Subflows.Count(s => s.State == SubflowState.Established) == 2);
            id = connection.Id;
            Assert.Equal(_hosts.ClientToken, connection.ClientToken);
            Assert.Equal(ConnectionState.Established, connection.State);
            Assert.Equal(["10.1.1.1", "10.1.2.1"], connection.Subflows.OrderBy(s => s.Ordinal).Select(s => s.ClientAddress));
            Assert.Equal(["g1", "g2"], connection.Subflows.OrderBy(s => s.Ordinal).Select(s => s.IngressNic));
            await Find(client, c => c.Subflows.Sum(s => (long)s.Original.Bytes) >= 100_000 && c.Subflows.Any(s => s.RttNanos > 0));
            Assert.Equal(1u, (await client.System.StatusAsync()).Connections);
        }

        _daemon.Stop("KILL");
        using GatewayClient again = _daemon.Start();
        Connection rebuilt = await Find(again, c => c.Subflows.Count == 2);
        Assert.Equal((id, ConnectionState.Established), (rebuilt.Id, rebuilt.State));

        _hosts.Close();
        Assert.Equal(id, (await Find(again, c => c.State == ConnectionState.Closed)).Id);
        Assert.DoesNotContain("The packet programs call", _daemon.Log, StringComparison.Ordinal);
    }

    private static async Task<Connection> Find(GatewayClient client, Func<Connection, bool> condition)
    {
        Connection? found = null;
        await Wait.UntilAsync(
            async () => (found = (await client.Connections.ListAsync(includeClosed: true)).Connections.FirstOrDefault(condition)) is not null, "there is such a connection", TimeSpan.FromSeconds(30));
        return found!;
    }
}
