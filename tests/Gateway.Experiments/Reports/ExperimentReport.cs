using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Gateway.Experiments;

/// <summary>Shows results to people and writes them for machines.</summary>
internal static class ExperimentReport
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>Prints one result as a table, writes its plots and says where.</summary>
    public static void Show(IAnsiConsole console, ExperimentResult result, string plots)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(result.Name, "");
        table.Columns[1].RightAligned();
        foreach ((string what, string value) in result.Rows)
        {
            table.AddRow(Markup.Escape(what), Markup.Escape(value));
        }

        console.WriteLine(result.Sentence);
        console.Write(table);
        foreach (BarPlot plot in result.Plots)
        {
            console.WriteLine($"plot: {plot.Write(plots)}");
        }
    }

    /// <summary>Writes {"experiments":[{"name","figures"}]}.</summary>
    public static void Write(string path, IEnumerable<ExperimentResult> results)
    {
        var experiments = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
        {
            ["name"] = result.Name,
            ["figures"] = result.Figures.DeepClone(),
        })]);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, new JsonObject { ["experiments"] = experiments }.ToJsonString(s_indented) + "\n");
    }
}
