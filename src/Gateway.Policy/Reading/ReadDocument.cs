namespace Gateway.Policy;

/// <summary>What was read from a text.</summary>
/// <param name="Document">As far as it could be read; null when the text is no policy at all.</param>
/// <param name="Errors">Everything that is wrong with the text.</param>
/// <param name="Places">Places of nodes outside of selectors, by path.</param>
internal sealed record ReadDocument(
    PolicyDocument? Document, IReadOnlyList<PolicyError> Errors, IReadOnlyDictionary<string, SourcePosition> Places);
