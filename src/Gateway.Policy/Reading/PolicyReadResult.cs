namespace Gateway.Policy;

/// <summary>A document, or everything that is wrong with its text.</summary>
/// <param name="Document">Null when there are errors.</param>
/// <param name="Errors">Empty when there is a document.</param>
public sealed record PolicyReadResult(PolicyDocument? Document, IReadOnlyList<PolicyError> Errors);
