using Gateway.Benchmarks;
using Gateway.Benchmarks.Results;
using Spectre.Console;

BenchmarkOptions? options = BenchmarkOptions.Parse(args);
if (options is null)
{
    return 2;
}

IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console.Profile.Width = 150;
    console.Profile.Capabilities.Ansi = false;
}

var machine = MachineFacts.Read(TimeProvider.System);
var run = new BenchmarkRun(options.IsQuick, options.Only);
foreach (IBenchmark benchmark in BenchmarkCatalog.All.Where(b => b.Ids.Any(run.Wants)))
{
    try
    {
        await benchmark.RunAsync(run);
    }
    catch (Exception failure) when (failure is not OutOfMemoryException)
    {
        run.Fail(benchmark.GetType().Name, failure);
    }
}

var report = new BenchmarkReport(machine, run.Programs, run.Results);
string folder = Path.GetDirectoryName(Path.GetFullPath(options.Json))!;
report.Write(options.Json);
ReportTable.Print(console, report);
ReportTable.WriteMarkdown(Path.Combine(folder, "bench.md"), report);
foreach (string plot in ReportPlots.Write(folder, report))
{
    Console.WriteLine($"plot: {plot}");
}

string[] missing = [.. BenchmarkCatalog.Ids.Where(id => run.Wants(id) && !report.Cases.Any(c => c.Name == id || c.Name.EndsWith($"/{id}", StringComparison.Ordinal)))];
if (missing.Length > 0)
{
    Console.WriteLine($"missing: {string.Join(", ", missing)}");
}

if (options.Baseline is { } baseline)
{
    IReadOnlyList<string> moved = BaselineComparison.Compare(baseline, report);
    Console.WriteLine(moved.Count == 0 ? "nothing moved" : "moved:");
    foreach (string line in moved)
    {
        Console.WriteLine($"  {line}");
    }
}

if (options.History is { } history)
{
    History.Append(history, options.Commit, report);
    Console.WriteLine($"{history} has a row for {options.Commit}");
}

Console.WriteLine($"{report.Cases.Count} cases measured, {run.Failures} failed, {missing.Length} missing; {options.Json}");
return run.Failures == 0 && missing.Length == 0 ? 0 : 1;
