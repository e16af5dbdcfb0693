using Gateway.Experiments;
using Spectre.Console;

string? json = null, only = null;
string plots = Path.Combine("out", "experiments");
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--json" when i + 1 < args.Length:
            json = args[++i];
            break;
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        default:
            Console.Error.WriteLine("usage: experiments.sh [--json FILE] [--only NAME]");
            Console.Error.WriteLine($"experiments: {string.Join(", ", ExperimentCatalog.All.Select(e => e.Name))}");
            return args[i] is "--help" or "-h" ? 0 : 2;
    }
}

IExperiment[] experiments = [.. ExperimentCatalog.All.Where(experiment => only is null || experiment.Name == only)];
if (experiments.Length == 0)
{
    Console.Error.WriteLine($"no experiment {only}; there are {string.Join(", ", ExperimentCatalog.All.Select(e => e.Name))}");
    return 2;
}

IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console.Profile.Width = 110;
    console.Profile.Capabilities.Ansi = false;
}

var results = new List<ExperimentResult>();
foreach (IExperiment experiment in experiments)
{
    Console.WriteLine($"== {experiment.Name}");
    try
    {
        ExperimentResult result = await experiment.RunAsync(line => Console.WriteLine($"   {line}"));
        ExperimentReport.Show(console, result, plots);
        results.Add(result);
    }
    catch (Exception exception) when (exception is not OutOfMemoryException)
    {
        Console.Error.WriteLine($"{experiment.Name} failed: {exception}");
    }
}

ExperimentReport.Write(json ?? Path.Combine(plots, "experiments.json"), results);
Console.WriteLine(results.Count == experiments.Length
    ? $"all {results.Count} experiments ran"
    : $"{experiments.Length - results.Count} of {experiments.Length} experiments FAILED");
return results.Count == experiments.Length ? 0 : 1;
