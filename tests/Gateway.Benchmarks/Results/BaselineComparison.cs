namespace Gateway.Benchmarks.Results;

/// <summary>What moved since an earlier run.</summary>
internal static class BaselineComparison
{
    /// <summary>Packet cases repeat to about this much of their floor.</summary>
    private const double PacketNoise = 0.10;

    /// <summary>Other cases repeat to about this share of themselves.</summary>
    private const double OtherNoise = 0.15;

    /// <summary>A line for each case that moved, came or went.</summary>
    internal static IReadOnlyList<string> Compare(BenchmarkReport before, BenchmarkReport after)
    {
        Dictionary<string, CaseResult> earlier = before.Cases.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var lines = new List<string>();
        if (before.Machine.Processor != after.Machine.Processor)
        {
            lines.Add($"on {before.Machine.Processor} then and {after.Machine.Processor} now: an empty program takes another time, so ratios to it do not compare");
        }

        foreach (CaseResult now in after.Cases)
        {
            if (!earlier.Remove(now.Name, out CaseResult? was))
            {
                lines.Add($"{now.Name}: new, {Figure(now)}");
            }
            else if (HasMoved(was, now))
            {
                lines.Add($"{now.Name}: {Figure(was)} -> {Figure(now)}");
            }
        }

        lines.AddRange(earlier.Keys.Select(name => $"{name}: not measured now"));
        return lines;
    }

    /// <summary>What is compared: the ratio where there is a floor, since machines differ; else the value.</summary>
    private static bool HasMoved(CaseResult was, CaseResult now) => now.Floor > 0 && was.Floor > 0
        ? Math.Abs(now.Ratio - was.Ratio) > (now.Unit == "ns" ? PacketNoise : OtherNoise * Math.Max(Math.Abs(was.Ratio), Math.Abs(now.Ratio)))
        : Math.Abs(now.Value - was.Value) > OtherNoise * Math.Max(Math.Abs(was.Value), Math.Abs(now.Value));

    private static string Figure(CaseResult result) => result.Floor > 0
        ? FormattableString.Invariant($"{result.Ratio:0.###} {(result.Relation == "times" ? "times" : "above")} floor ({result.Value:0.###} {result.Unit})")
        : FormattableString.Invariant($"{result.Value:0.###} {result.Unit}");
}
