namespace Gateway.Benchmarks.Results;

/// <summary>What a case aims for.</summary>
/// <param name="Of">The figure that is compared: <c>ratio</c> or <c>value</c>.</param>
/// <param name="Limit">Its limit.</param>
/// <param name="AtLeast">Whether more is better; else less is.</param>
internal sealed record CaseTarget(string Of, double Limit, bool AtLeast = false)
{
    internal static CaseTarget RatioBelow(double limit) => new("ratio", limit);

    internal static CaseTarget RatioAbove(double limit) => new("ratio", limit, AtLeast: true);

    internal static CaseTarget ValueBelow(double limit) => new("value", limit);

    internal bool IsMet(CaseResult result)
    {
        double figure = Of == "value" ? result.Value : result.Ratio;
        return AtLeast ? figure >= Limit : figure <= Limit;
    }
}
