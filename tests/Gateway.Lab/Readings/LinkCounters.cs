using System.Text.Json;

namespace Gateway.Lab;

/// <summary>Counters of one interface.</summary>
/// <param name="RxBytes">Bytes received.</param>
/// <param name="RxPackets">Packets received.</param>
/// <param name="RxDropped">Packets dropped on receipt.</param>
/// <param name="TxBytes">Bytes sent.</param>
/// <param name="TxPackets">Packets sent.</param>
/// <param name="TxDropped">Packets dropped on sending.</param>
public readonly record struct LinkCounters(long RxBytes, long RxPackets, long RxDropped, long TxBytes, long TxPackets, long TxDropped)
{
    internal static IReadOnlyDictionary<string, LinkCounters> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var links = new Dictionary<string, LinkCounters>();
        foreach (JsonElement link in document.RootElement.EnumerateArray())
        {
            if (link.TryGetProperty("stats64", out JsonElement stats))
            {
                JsonElement rx = stats.GetProperty("rx"), tx = stats.GetProperty("tx");
                links[link.GetProperty("ifname").GetString()!] = new LinkCounters(
                    Value(rx, "bytes"), Value(rx, "packets"), Value(rx, "dropped"),
                    Value(tx, "bytes"), Value(tx, "packets"), Value(tx, "dropped"));
            }
        }

        return links;
    }

    private static long Value(JsonElement side, string name) => side.GetProperty(name).GetInt64();
}
