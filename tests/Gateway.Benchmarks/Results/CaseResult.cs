using System.Text.Json.Serialization;
using Gateway.Benchmarks.Packets;

namespace Gateway.Benchmarks.Results;

/// <summary>What a case cost.</summary>
/// <param name="Name">hook/family/id for packet cases, else the id.</param>
/// <param name="Unit">Of value, floor, min and max.</param>
/// <param name="Value">Median of the samples.</param>
/// <param name="Floor">Median of the empty program, or of the plain baseline, measured in turn with the samples.</param>
/// <param name="Ratio">(value - floor) / floor.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Min">Smallest sample.</param>
/// <param name="Max">Largest sample.</param>
/// <param name="Target">Aim for the ratio; null without one.</param>
internal sealed record CaseResult(
    string Name,
    string Unit,
    double Value,
    double Floor,
    double Ratio,
    int Samples,
    double Min,
    double Max,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Target)
{
    internal static CaseResult Of(string name, PacketCase @case, double[] values, double[] floors)
    {
        double value = Median(values), floor = Median(floors);
        return new CaseResult(
            name, "ns", value, floor, Math.Round((value - floor) / floor, 3), values.Length, values.Min(), values.Max(), @case.Target);
    }

    private static double Median(double[] samples)
    {
        double[] sorted = [.. samples.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
