namespace Gateway.Policy;

/// <summary>Finds conjunctions of IPv4 and IPv6 addresses: no packet has both.</summary>
internal sealed class FamilyValidator : IPolicyValidator
{
    [Flags]
    private enum Families
    {
        None = 0,
        IPv4 = 1,
        IPv6 = 2,
        Both = IPv4 | IPv6,
    }

    public void Validate(ValidationContext context) =>
        context.ForEachExpression((_, expression) => SelectorPath.Fold<Families>(expression, context.Path, (selector, below) =>
        {
            Families possible = Possible(selector, below);
            if (possible != Families.None)
            {
                return possible;
            }

            context.Report("No packet matches this: it asks for IPv4 and IPv6 addresses at once.", "Use addresses of one family, or any: with one selector per family.", selector.Position);
            // Reported where it arises, not again above.
            return Families.Both;
        }));

    private static Families Possible(Selector selector, IReadOnlyList<Families> below) => selector switch
    {
        AllSelector => below.Aggregate(Families.Both, (a, b) => a & b),
        SubflowSelector subflow => Of(subflow.Source) & Of(subflow.Destination),
        IpPairSelector pair => Of(pair.A) & Of(pair.B),
        SourceSelector { Prefixes.Count: > 0 } source => Of(source.Prefixes),
        DestinationSelector { Prefixes.Count: > 0 } destination => Of(destination.Prefixes),
        AnySelector { Selectors.Count: > 0 } => below.Aggregate(Families.None, (a, b) => a | b),
        _ => Families.Both,
    };

    private static Families Of(IpPrefix? prefix) => prefix?.Family switch
    {
        null => Families.Both,
        IpFamily.IPv4 => Families.IPv4,
        _ => Families.IPv6,
    };

    private static Families Of(ValueList<IpPrefix> prefixes) =>
        prefixes.Aggregate(Families.None, (families, prefix) => families | Of(prefix));
}
