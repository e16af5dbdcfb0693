using Gateway.Benchmarks.Results;

namespace Gateway.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Json">Where the report goes; plots and table go beside it.</param>
/// <param name="IsQuick">Only see that everything works.</param>
/// <param name="Only">Ids to run; null runs all.</param>
/// <param name="Baseline">What to compare with.</param>
/// <param name="History">File that gets a row.</param>
/// <param name="Commit">What is measured, for that row.</param>
internal sealed record BenchmarkOptions(
    string Json, bool IsQuick, IReadOnlySet<string>? Only, BenchmarkReport? Baseline, string? History, string Commit)
{
    private const string Usage =
        """
        usage: bench.sh [--json FILE] [--quick] [--case ID,...] [--baseline FILE] [--history NAME]
          --json FILE      report as JSON, out/bench/bench.json without it; plots and bench.md beside it
          --quick          sees in under three minutes that every case works; its times say little
          --case ID,...    only these cases
          --baseline FILE  says what moved since the report of an earlier run
          --history NAME   adds a row called NAME (a commit) to tests/Gateway.Benchmarks/history.tsv
        """;

    /// <summary>Reads the arguments; null, and a message, when they are wrong.</summary>
    internal static BenchmarkOptions? Parse(string[] args)
    {
        var options = new BenchmarkOptions("out/bench/bench.json", false, null, null, null, "");
        try
        {
            for (int i = 0; i < args.Length; i++)
            {
                bool more = i + 1 < args.Length;
                options = args[i] switch
                {
                    "--json" when more => options with { Json = args[++i] },
                    "--quick" => options with { IsQuick = true },
                    "--case" when more => options with { Only = new HashSet<string>(args[++i].Split(',')) },
                    "--baseline" when more => options with { Baseline = BenchmarkReport.Read(args[++i]) },
                    "--history" when more => options with { History = "tests/Gateway.Benchmarks/history.tsv", Commit = args[++i] },
                    _ => throw new FormatException(Usage),
                };
            }

            string[] unknown = [.. (options.Only ?? new HashSet<string>()).Where(id => !BenchmarkCatalog.Ids.Contains(id))];
            return unknown.Length == 0
                ? options
                : throw new FormatException($"no case {string.Join(", ", unknown)}; there are {string.Join(", ", BenchmarkCatalog.Ids)}");
        }
        catch (Exception failure) when (failure is FormatException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(failure.Message);
            return null;
        }
    }
}
