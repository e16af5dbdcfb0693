using Gateway.Experiments;

namespace Gateway.Benchmarks.Results;

/// <summary>The report as pictures.</summary>
internal static class ReportPlots
{
    /// <summary>Writes the plots of the cases that ran.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="report">The cases.</param>
    /// <returns>Paths of the files.</returns>
    internal static IReadOnlyList<string> Write(string folder, BenchmarkReport report)
    {
        var plots = new List<BarPlot>();
        CaseResult[] packets = [.. report.Cases.Where(c => c.Name.Count(letter => letter == '/') == 2 && c.Target is not null)];
        string[] ids = [.. packets.Select(c => c.Name.Split('/')[2]).Distinct()];
        string[] places = [.. packets.Select(c => c.Name[..c.Name.LastIndexOf('/')]).Distinct()];
        if (ids.Length > 0)
        {
            plots.Add(new BarPlot(
                "packets", "Cost of a packet above an empty program", "(case - floor) / floor", ids,
                [
                    .. places.Select(place => (place, (IReadOnlyList<double>)[.. ids.Select(id => packets.FirstOrDefault(c => c.Name == $"{place}/{id}")?.Ratio ?? 0)])),
                    ("target", [.. ids.Select(id => packets.First(c => c.Name.EndsWith($"/{id}", StringComparison.Ordinal)).Target!.Limit)]),
                ]));
        }

        CaseResult[] times = [.. report.Cases.Where(c => c.Relation == "times")];
        if (times.Length > 0)
        {
            plots.Add(new BarPlot(
                "end-to-end", "End to end, as a multiple of the plain kernel in the same run", "value / baseline",
                [.. times.Select(c => c.Name)], [("ratio", [.. times.Select(c => c.Ratio)])]));
        }

        CaseResult[] applies = [.. report.Cases.Where(c => c.Name.StartsWith("apply_", StringComparison.Ordinal) && c.Unit == "s")];
        if (applies.Length > 0)
        {
            plots.Add(new BarPlot("apply", "Applying a policy through gRPC", "seconds", [.. applies.Select(c => c.Name)], [("seconds", [.. applies.Select(c => c.Value)])]));
        }

        return [.. plots.Select(plot => plot.Write(folder))];
    }
}
