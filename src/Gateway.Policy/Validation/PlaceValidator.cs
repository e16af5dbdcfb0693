namespace Gateway.Policy;

/// <summary>Finds selectors of hooks and ports at which their chain never runs.</summary>
internal sealed class PlaceValidator : IPolicyValidator
{
    public void Validate(ValidationContext context) =>
        context.ForEachExpression((chain, expression) =>
        {
            PlaceSet reach = PlaceSet.OfChain(chain, context.Environment);
            if (reach.IsEmpty)
            {
                return;
            }

            SelectorPath.Fold<PlaceSet>(expression, context.Path, (selector, below) =>
            {
                PlaceSet places = Places(selector, below, context.Environment) & reach;
                if (!places.IsEmpty)
                {
                    return places;
                }

                context.Report("No packet of this chain matches this: the chain's hooks and ports exclude it.", "Change hooks or ports of the chain, or remove this selector.", selector.Position);
                return PlaceSet.All;
            });
        });

    private static PlaceSet Places(Selector selector, IReadOnlyList<PlaceSet> below, PolicyEnvironment environment) => selector switch
    {
        AllSelector => below.Aggregate(PlaceSet.All, (a, b) => a & b),
        AnySelector { Selectors.Count: > 0 } => below.Aggregate(PlaceSet.None, (a, b) => a | b),
        IngressPortSelector ingress => Of(Hook.Ingress, ingress.Ports, environment),
        EgressPortSelector egress => Of(Hook.Egress, egress.Ports, environment),
        NotSelector { Selector: IngressPortSelector ingress } => ~Of(Hook.Ingress, ingress.Ports, environment),
        NotSelector { Selector: EgressPortSelector egress } => ~Of(Hook.Egress, egress.Ports, environment),
        _ => PlaceSet.All,
    };

    /// <summary>Unknown ports have their own error: here they may be anywhere.</summary>
    private static PlaceSet Of(Hook hook, ValueList<string> ports, PolicyEnvironment environment) =>
        ports.Count > 0 && ports.All(environment.Ports.ContainsKey) ? PlaceSet.Of(hook, ports, environment) : PlaceSet.All;
}
