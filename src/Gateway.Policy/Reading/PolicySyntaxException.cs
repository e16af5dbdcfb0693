namespace Gateway.Policy;

/// <summary>The text cannot be read any further. Caught by the reader.</summary>
internal sealed class PolicySyntaxException : Exception
{
    public PolicySyntaxException(SourcePosition position, string message, string hint)
        : base(message)
    {
        Position = position;
        Hint = hint;
    }

    public SourcePosition Position { get; }

    public string Hint { get; }
}
