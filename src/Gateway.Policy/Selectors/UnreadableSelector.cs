namespace Gateway.Policy;

/// <summary>Keeps the place of a selector that has an error, so that the others keep their paths.</summary>
internal sealed record UnreadableSelector : Selector;
