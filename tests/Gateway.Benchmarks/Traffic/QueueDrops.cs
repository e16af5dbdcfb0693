using Gateway.Lab;

namespace Gateway.Benchmarks.Traffic;

/// <summary>Packets that found a queue of the kernel full on path 1, before or behind the gateway's programs.</summary>
internal static class QueueDrops
{
    /// <summary>Sum over the four NICs of the path.</summary>
    internal static async Task<long> ReadAsync(MptcpLab lab)
    {
        LabPath path = lab.Paths[0];
        IReadOnlyDictionary<string, LinkCounters>[] links = await Task.WhenAll(
            lab.Client.ReadLinksAsync(), lab.Gateway.ReadLinksAsync(), lab.Server.ReadLinksAsync()).ConfigureAwait(false);
        return new[] { links[0][path.ClientNic], links[1][path.GatewayClientPort], links[1][path.GatewayServerPort], links[2][path.ServerNic] }
            .Sum(nic => nic.RxDropped + nic.TxDropped);
    }
}
