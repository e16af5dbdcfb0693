namespace Gateway.Policy;

/// <summary>At least one of the selectors matches.</summary>
/// <param name="Selectors">At least one selector.</param>
public sealed record AnySelector(ValueList<Selector> Selectors) : Selector;
