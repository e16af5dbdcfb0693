using System.Text.Json;
using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>Kernel objects of one data path by kind (prog, map, link) and id, as bpftool(8) shows them.</summary>
internal sealed record KernelObjects(IReadOnlySet<(string Kind, int Id)> Ids)
{
    /// <summary>What is pinned below a directory, and the programs and maps these hold.</summary>
    public static async Task<KernelObjects> OwnedAsync(NetworkNamespace gateway, string pins)
    {
        var owned = new HashSet<(string, int)>();
        foreach (string kind in new[] { "prog", "map", "link" })
        {
            foreach (JsonElement one in await ShowAsync(gateway, kind))
            {
                if (one.TryGetProperty("pinned", out JsonElement places)
                    && places.EnumerateArray().Any(p => p.GetString()!.StartsWith(pins + "/", StringComparison.Ordinal)))
                {
                    owned.Add((kind, one.GetProperty("id").GetInt32()));
                    if (one.TryGetProperty("prog_id", out JsonElement program))
                    {
                        owned.Add(("prog", program.GetInt32()));
                    }
                }
            }
        }

        foreach (JsonElement program in await ShowAsync(gateway, "prog"))
        {
            if (owned.Contains(("prog", program.GetProperty("id").GetInt32())) && program.TryGetProperty("map_ids", out JsonElement maps))
            {
                owned.UnionWith(maps.EnumerateArray().Select(m => ("map", m.GetInt32())));
            }
        }

        return new KernelObjects(owned);
    }

    /// <summary>Which of these are still in the kernel.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync(NetworkNamespace gateway)
    {
        var left = new List<string>();
        foreach (string kind in new[] { "prog", "map", "link" })
        {
            left.AddRange((await ShowAsync(gateway, kind))
                .Where(one => Ids.Contains((kind, one.GetProperty("id").GetInt32())))
                .Select(one => $"{kind} {one}"));
        }

        return left;
    }

    /// <summary>Those of some kinds only.</summary>
    public KernelObjects Of(params string[] kinds) => new(Ids.Where(one => kinds.Contains(one.Kind)).ToHashSet());

    public int Count(string kind) => Ids.Count(one => one.Kind == kind);

    private static async Task<IReadOnlyList<JsonElement>> ShowAsync(NetworkNamespace gateway, string kind)
    {
        using JsonDocument document = JsonDocument.Parse(await gateway.RunAsync("bpftool", "-j", "-f", kind, "show"));
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }
}
