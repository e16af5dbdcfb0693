namespace Gateway.Policy;

/// <summary>Limits of what selectors compare on each packet.</summary>
internal sealed class ConditionValidator : IPolicyValidator
{
    private const ulong MaxVlan = 4094;

    public void Validate(ValidationContext context) =>
        context.ForEachExpression((_, expression) => SelectorPath.Fold<bool>(expression, context.Path, (selector, _) =>
        {
            (string Message, string Hint)? error = Check(selector);
            if (error is { } found)
            {
                context.Report(found.Message, found.Hint, selector.Position);
            }

            return true;
        }));

    private static (string Message, string Hint)? Check(Selector selector)
    {
        switch (selector)
        {
            case SampleSelector { OneIn: 0 }:
                return ("A packet cannot be sampled one in 0.", "Write one_in: 1 or more.");
            case SubflowSetSelector set when !SubflowSetSelector.IsName(set.Set):
                return ($"'{set.Set}' is no name of a set.", $"Use 1 to {SubflowSetSelector.MaxName} of a-z, 0-9 and -.");
            case BucketSelector { Of: 0 }:
                return ("There must be at least one bucket.", "Write of: 1 to 65535.");
            case BucketSelector bucket when bucket.Buckets.Any(b => b.First >= bucket.Of || (b.Last >= bucket.Of && b.Last != ulong.MaxValue)):
                return ($"There is no such bucket among {bucket.Of}.", $"Buckets are 0 to {bucket.Of - 1}.");
            case ConnectionSelector { Version: not (null or 0 or 1) } connection:
                return ($"There is no MPTCP version {connection.Version}.", "Write 0 or 1.");
            default:
                break;
        }

        if (ConditionClause.Of(selector) is not { } clauses)
        {
            return null;
        }

        if (clauses.Count == 0)
        {
            return ("The selector is empty.", "Give at least one value.");
        }

        foreach (ConditionClause clause in clauses)
        {
            if (clause.Ranges.Count == 0)
            {
                return ("The list is empty.", "Write at least one range.");
            }

            if (clause.Ranges.Any(r => r.First > r.Last))
            {
                return ("A range ends before it begins.", "Put the lower number first.");
            }

            ulong most = clause.Kind switch
            {
                ConditionKind.Vlan => MaxVlan,
                ConditionKind.AddressId => byte.MaxValue,
                ConditionKind.Token => uint.MaxValue,
                _ => ulong.MaxValue,
            };
            if (clause.Ranges.Any(r => r.First > most || (r.Last > most && r.Last != ulong.MaxValue)))
            {
                return ($"A number is out of range; the highest is {most}.", $"Use 0 to {most}.");
            }
        }

        return null;
    }
}
