namespace Gateway.Policy;

/// <summary>The selector does not match.</summary>
/// <param name="Selector">The selector.</param>
public sealed record NotSelector(Selector Selector) : Selector;
