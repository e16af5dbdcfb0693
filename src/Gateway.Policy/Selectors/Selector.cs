namespace Gateway.Policy;

/// <summary>A predicate over a packet or its flow.</summary>
public abstract record Selector
{
    /// <summary>Where it stands in the text; no part of equality.</summary>
    public SourcePosition Position { get; init; }
}
