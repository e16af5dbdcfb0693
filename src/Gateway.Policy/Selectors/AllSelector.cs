namespace Gateway.Policy;

/// <summary>Every one of the selectors matches.</summary>
/// <param name="Selectors">At least one selector.</param>
public sealed record AllSelector(ValueList<Selector> Selectors) : Selector;
