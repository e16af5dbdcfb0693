using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Lab;
using Spectre.Console;

namespace Gateway.Demo;

/// <summary>Shows results to people and writes them for machines.</summary>
public static class SceneReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints one result as a table with its sentence.</summary>
    public static void Print(IAnsiConsole console, SceneResult result)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "before", "after");
        foreach (SceneRow row in result.Rows)
        {
            table.AddRow(Markup.Escape(row.What), Markup.Escape(row.Before), Markup.Escape(row.After));
        }

        console.MarkupLineInterpolated($"[bold]{result.Name}[/] over {Text(result.Family)}: {(result.Passed ? "passed" : "FAILED")}");
        console.WriteLine(result.Sentence);
        console.Write(table);
    }

    /// <summary>Writes all results as {"scenes":[...]}.</summary>
    public static void Write(string path, IEnumerable<SceneResult> results)
    {
        var scenes = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
        {
            ["name"] = result.Name,
            ["family"] = result.Family == Family.V4 ? "v4" : "v6",
            ["passed"] = result.Passed,
            ["figures"] = result.Figures.Values.DeepClone(),
        })]);
        File.WriteAllText(path, new JsonObject { ["scenes"] = scenes }.ToJsonString(Indented) + "\n");
    }

    private static string Text(Family family) => family == Family.V4 ? "IPv4" : "IPv6";
}
