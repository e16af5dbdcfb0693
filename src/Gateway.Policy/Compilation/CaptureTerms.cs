namespace Gateway.Policy;

/// <summary>
/// The terms of a capture: before each chain's terms those that also meet the capture's selector, and last of all the
/// selector alone, for packets that no chain runs on.
/// </summary>
internal static class CaptureTerms
{
    private const string Path = "capture";

    internal static List<RankedTerm> Add(
        List<RankedTerm> terms, Selector? capture, PolicyDocument document, PolicyEnvironment environment, CompilerLimits limits,
        List<PolicyError> errors)
    {
        if (capture is null || errors.Count > 0)
        {
            return terms;
        }

        var all = new List<RankedTerm>();
        try
        {
            foreach (IGrouping<int, RankedTerm> chain in terms.GroupBy(t => t.ChainIndex))
            {
                Chain own = document.Chains[chain.Key];
                Selector both = own.Select is { } select ? new AllSelector([capture, select]) : capture;
                all.AddRange(Expand(own with { Select = both }, chain.Key, environment));
                all.AddRange(chain);
            }

            all.AddRange(Expand(new Chain(Path, 0, Hooks.Ingress | Hooks.Egress, [], capture, []), -1, environment));
        }
        catch (TermLimitException exception)
        {
            errors.Add(TooMany(exception.Terms, limits));
            return terms;
        }

        if (all.Count > limits.Terms)
        {
            errors.Add(TooMany(all.Count, limits));
        }

        if (all.Exists(t => t.Literals.Conditions.Conditions.Count > CompilerLimits.ConditionsPerTerm))
        {
            errors.Add(new PolicyError(
                Path, 0, 0, $"The capture and a chain of the policy ask for more than {CompilerLimits.ConditionsPerTerm} conditions on flow and packet at once.",
                "Select by addresses, ports and packet types."));
        }

        return all;
    }

    private static IEnumerable<RankedTerm> Expand(Chain chain, int index, PolicyEnvironment environment)
    {
        Disjunction expanded = SelectorExpansion.Expand(chain, environment);
        return
        [
            .. expanded.General.Select(literals => new RankedTerm(index, literals, null, Captures: true)),
            .. expanded.Exact.Select(exact => new RankedTerm(index, exact.Key, exact.Value, Captures: true)),
        ];
    }

    private static PolicyError TooMany(int terms, CompilerLimits limits) => new(
        Path, 0, 0, $"The policy and the capture come to {terms} conjunctions; the limit is {limits.Terms}.",
        "Select by one prefix, port or packet type.");
}
