using Gateway.Demo;
using Gateway.Lab;
using Spectre.Console;

string? json = null, only = null;
Family[] families = [Family.V4, Family.V6];
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--json" when i + 1 < args.Length:
            json = args[++i];
            break;
        case "--scene" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--family" when i + 1 < args.Length && args[i + 1] is "v4" or "v6":
            families = [args[++i] == "v4" ? Family.V4 : Family.V6];
            break;
        default:
            Console.Error.WriteLine("usage: demo.sh [--json FILE] [--scene NAME] [--family v4|v6]");
            Console.Error.WriteLine($"scenes: {string.Join(", ", SceneCatalog.All.Select(s => s.Name))}");
            return 2;
    }
}

IScene[] scenes = [.. SceneCatalog.All.Where(scene => only is null || scene.Name == only)];
if (scenes.Length == 0)
{
    Console.Error.WriteLine($"no scene {only}; there are {string.Join(", ", SceneCatalog.All.Select(s => s.Name))}");
    return 2;
}

IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console.Profile.Width = 100;
    console.Profile.Capabilities.Ansi = false;
}

var results = new List<SceneResult>();
foreach (IScene scene in scenes)
{
    foreach (Family family in families)
    {
        SceneResult result;
        try
        {
            result = await scene.RunAsync(family);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Console.Error.WriteLine(exception);
            result = new SceneResult(scene.Name, family, false, exception.Message, [], new Figures());
        }

        SceneReport.Print(console, result);
        results.Add(result);
    }
}

if (json is not null)
{
    SceneReport.Write(json, results);
}

int failed = results.Count(result => !result.Passed);
Console.WriteLine(failed == 0 ? $"all {results.Count} scenes passed" : $"{failed} of {results.Count} scenes FAILED");
return failed == 0 ? 0 : 1;
