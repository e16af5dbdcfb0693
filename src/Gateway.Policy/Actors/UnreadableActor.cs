namespace Gateway.Policy;

/// <summary>Keeps the place of an actor that has an error, so that the others keep their paths.</summary>
internal sealed record UnreadableActor : Actor;
