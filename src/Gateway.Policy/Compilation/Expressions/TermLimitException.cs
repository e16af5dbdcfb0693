namespace Gateway.Policy;

/// <summary>An expression grows beyond what is worth expanding. Caught by the compiler.</summary>
internal sealed class TermLimitException(int terms) : Exception
{
    public int Terms { get; } = terms;
}
