namespace Gateway.Policy;

/// <summary>Each packet with probability 1 / <paramref name="OneIn"/>, by itself.</summary>
/// <param name="OneIn">At least 1.</param>
public sealed record SampleSelector(uint OneIn) : Selector;
