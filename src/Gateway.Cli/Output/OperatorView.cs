using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Custom operators for people.</summary>
internal static class OperatorView
{
    private static readonly EnumDescriptor s_kind = OperatorReflection.Descriptor.FindTypeByName<EnumDescriptor>("OperatorKind");

    internal static void List(ListOperatorsResponse response, Page page)
    {
        DataTable table = new("NAME", "KIND", "FUNCTION", Column.Number("SLOT"), Column.Number("BYTES"), "SHA-256", "LOADED", "CHAINS", "MAPS");
        foreach (Operator loaded in response.Operators)
        {
            table.Add(
                loaded.Name,
                Words.Name(s_kind, (int)loaded.Kind),
                loaded.Function,
                loaded.Slot,
                loaded.Size,
                loaded.Sha256.Length > 12 ? loaded.Sha256[..12] : loaded.Sha256,
                loaded.LoadedAt,
                string.Join(", ", loaded.Chains),
                string.Join(", ", loaded.Maps.Select(map => $"{loaded.MapsDirectory}/{map}")));
        }

        page.Table(table, "No operators are loaded: load one with `gatewayctl operator load FILE`.");
    }

    internal static void Loaded(LoadOperatorResponse response, Page page)
    {
        if (response.Loaded is { } loaded)
        {
            page.Line($"loaded {loaded.Name}, {Words.Name(s_kind, (int)loaded.Kind)} in slot {loaded.Slot}");
            return;
        }

        foreach (string line in response.Refusal.VerifierLog.TrimEnd().Split('\n'))
        {
            page.Line(line);
        }

        page.Line(response.Refusal.Message);
    }

    internal static void Unloaded(UnloadOperatorResponse response, Page page) => page.Line($"unloaded {response.Unloaded.Name}");
}
