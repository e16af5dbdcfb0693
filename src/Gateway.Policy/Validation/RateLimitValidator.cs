namespace Gateway.Policy;

/// <summary>Rates of rate_limit.</summary>
internal sealed class RateLimitValidator : IPolicyValidator
{
    private static readonly Rate s_lowest = new(64_000);
    private static readonly Rate s_highest = new(400_000_000_000);

    public void Validate(ValidationContext context) =>
        context.ForEachActor<RateLimitActor>(actor =>
        {
            if (actor.Rate.BitsPerSecond < s_lowest.BitsPerSecond || actor.Rate.BitsPerSecond > s_highest.BitsPerSecond)
            {
                context.ReportAt("rate", $"The rate {actor.Rate} is out of range.", $"Use {s_lowest} to {s_highest}.");
            }
        });
}
