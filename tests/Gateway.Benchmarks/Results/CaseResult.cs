using System.Text.Json.Serialization;

namespace Gateway.Benchmarks.Results;

/// <summary>What a case came to.</summary>
/// <param name="Name">hook/family/id for packet cases, else the id.</param>
/// <param name="Unit">Of value, floor, min and max.</param>
/// <param name="Value">Median of the samples.</param>
/// <param name="Floor">Median of the empty program, or of the plain baseline, measured in turn with the samples; 0 without one.</param>
/// <param name="Ratio">As <paramref name="Relation"/> says; 0 without a floor.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Min">Smallest sample.</param>
/// <param name="Max">Largest sample.</param>
/// <param name="Relation"><c>above</c>: (value - floor) / floor. <c>times</c>: value / floor.</param>
/// <param name="Target">What it aims for; null without an aim.</param>
internal sealed record CaseResult(
    string Name,
    string Unit,
    double Value,
    double Floor,
    double Ratio,
    int Samples,
    double Min,
    double Max,
    string Relation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CaseTarget? Target)
{
    /// <summary>A case measured in turn with a floor, in ratio to what it costs above it.</summary>
    internal static CaseResult Above(string name, string unit, IReadOnlyList<double> values, IReadOnlyList<double> floors, CaseTarget? target = null)
    {
        double value = Median(values), floor = Median(floors);
        return Of(name, unit, values, value, floor, floor == 0 ? 0 : (value - floor) / floor, "above", target);
    }

    /// <summary>A case measured in turn with a baseline, as a multiple of it: the median of the pairs.</summary>
    internal static CaseResult Times(string name, string unit, IReadOnlyList<double> values, IReadOnlyList<double> floors, CaseTarget? target = null)
    {
        double[] pairs = [.. values.Zip(floors, (value, floor) => floor == 0 ? 0 : value / floor)];
        return Of(name, unit, values, Median(values), Median(floors), Median(pairs), "times", target);
    }

    /// <summary>A figure that has no floor.</summary>
    internal static CaseResult Alone(string name, string unit, IReadOnlyList<double> values, CaseTarget? target = null) =>
        Of(name, unit, values, Median(values), 0, 0, "above", target);

    internal static double Median(IReadOnlyList<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static CaseResult Of(
        string name, string unit, IReadOnlyList<double> values, double value, double floor, double ratio, string relation, CaseTarget? target) => new(
        name, unit, Short(value), Short(floor), Math.Round(ratio, 3), values.Count, Short(values.Min()), Short(values.Max()), relation, target);

    private static double Short(double value) => Math.Round(value, Math.Abs(value) < 1 ? 6 : 3);
}
