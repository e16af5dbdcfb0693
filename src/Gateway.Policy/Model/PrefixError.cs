namespace Gateway.Policy;

/// <summary>Why a text is no prefix.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to write instead.</param>
public sealed record PrefixError(string Message, string Hint);
