namespace Gateway.Policy;

/// <summary>Custom operators: loaded, of the right kind, and with no more numbers than they can be given.</summary>
internal sealed class CustomValidator : IPolicyValidator
{
    private const int MaxPerChain = 4;

    public void Validate(ValidationContext context)
    {
        context.ForEachActor<CustomActor>(actor =>
            Check(context, actor.Operator, actor.Arguments.Count, CustomActor.MaxArguments, isSelector: false, default));
        context.ForEachExpression((_, expression) => SelectorPath.Fold<bool>(expression, context.Path, (selector, _) =>
        {
            if (selector is CustomSelector custom)
            {
                Check(context, custom.Operator, custom.Arguments.Count, CustomSelector.MaxArguments, isSelector: true, custom.Position);
            }

            return true;
        }));
        context.ForEachChain(chain =>
        {
            int count = chain.Actors.Count(a => a is CustomActor);
            if (count > MaxPerChain)
            {
                context.ReportAt("actors", $"The chain has {count} custom actors.", $"Give it at most {MaxPerChain}.");
            }
        });
    }

    private static void Check(ValidationContext context, string name, int arguments, int most, bool isSelector, SourcePosition position)
    {
        string kind = isSelector ? "selector" : "actor";
        string[] loaded = [.. context.Environment.Operators.Where(o => o.Value.IsSelector == isSelector).Select(o => o.Key).Order(StringComparer.Ordinal)];
        if (!context.Environment.Operators.TryGetValue(name, out PolicyOperator? found))
        {
            context.Report(
                $"The operator '{name}' is not loaded.",
                loaded.Length == 0 ? $"No {kind} is loaded: load it with 'gatewayctl operator load'." : Spelling.Hint(name, loaded), position);
        }
        else if (found.IsSelector != isSelector)
        {
            context.Report($"The operator '{name}' is {(isSelector ? "an actor, and a selector" : "a selector, and an actor")} is expected here.", Spelling.Hint("", loaded), position);
        }

        if (arguments > most)
        {
            context.Report($"A custom {kind} is given at most {most} numbers, and these are {arguments}.", "Leave some out.", position);
        }
    }
}
