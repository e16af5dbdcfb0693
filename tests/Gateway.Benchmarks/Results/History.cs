using System.Globalization;

namespace Gateway.Benchmarks.Results;

/// <summary>
/// The committed history: a line of tab-separated values for each landing. Of a packet case it holds the worst ratio of
/// both hooks and families, of the others the ratio, or the value where there is no floor. Ratios to an empty program compare
/// between rows of one processor: what it takes itself is in <c>floor</c>.
/// </summary>
internal static class History
{
    private static readonly string[] s_first = ["date", "commit", "kernel", "load", "processor", "floor"];

    /// <summary>Columns after the first ones: the targets of the project.</summary>
    internal static IReadOnlyList<string> Cases { get; } =
    [
        "udp", "plain_tcp", "plain_tcp_lookup", "matched", "rate_limit", "record", "chain3", "chain16", "set_backup", "event",
        "rules_1m_hot", "rules_1m_random", "chains_1000", "apply_1m", "swap", "hitless", "host_bridge_ratio", "wire_bridge_ratio",
        "daemon_idle_1000",
    ];

    /// <summary>Appends the row of a run.</summary>
    /// <param name="path">The file; begins with its header when it is new.</param>
    /// <param name="commit">What was measured.</param>
    /// <param name="report">What came of it.</param>
    internal static void Append(string path, string commit, BenchmarkReport report)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, string.Join('\t', s_first.Concat(Cases)) + "\n");
        }

        File.AppendAllText(path, string.Join('\t', Row(commit, report)) + "\n");
    }

    private static IEnumerable<string> Row(string commit, BenchmarkReport report) =>
    [
        report.Machine.Date, commit, report.Machine.Kernel, report.Machine.LoadBefore.ToString("0.0", CultureInfo.InvariantCulture),
        report.Machine.Processor, EmptyProgram(report),
        .. Cases.Select(id => Worst([.. report.Cases.Where(c => c.Name == id || c.Name.EndsWith($"/{id}", StringComparison.Ordinal))])),
    ];

    /// <summary>Nanoseconds of an empty program: the median of all packet cases.</summary>
    private static string EmptyProgram(BenchmarkReport report)
    {
        double[] floors = [.. report.Cases.Where(c => c is { Unit: "ns", Floor: > 0, Target.Of: "ratio" }).Select(c => c.Floor)];
        return floors.Length == 0 ? "-" : CaseResult.Median(floors).ToString("0.#", CultureInfo.InvariantCulture);
    }

    private static string Worst(CaseResult[] results)
    {
        if (results.Length == 0)
        {
            return "-";
        }

        IEnumerable<double> figures = results.Select(r => r.Target?.Of == "value" || r.Floor == 0 ? r.Value : r.Ratio);
        double worst = results[0].Target?.AtLeast == true ? figures.Min() : figures.Max();
        return worst.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
