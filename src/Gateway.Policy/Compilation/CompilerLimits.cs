namespace Gateway.Policy;

/// <summary>How much a compiled policy may hold.</summary>
public sealed record CompilerLimits
{
    /// <summary>Bits of a vector, and with it the highest possible number of terms.</summary>
    public const int VectorBits = 1024;

    /// <summary>Terms that one exact rule can name.</summary>
    public const int TermsPerExactRule = 7;

    /// <summary>Conditions on flow and packet that one conjunction can have.</summary>
    public const int ConditionsPerTerm = 4;

    private readonly int _terms = VectorBits;

    /// <summary>The limits of the kernel programs.</summary>
    public static CompilerLimits Default { get; } = new();

    /// <summary>Conjunctions of all chains together; at most <see cref="VectorBits"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a vector has bits.</exception>
    public int Terms
    {
        get => _terms;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, VectorBits);
            _terms = value;
        }
    }

    /// <summary>Chains.</summary>
    public int Chains { get; init; } = 1024;

    /// <summary>Actors of one chain.</summary>
    public int ActorsPerChain { get; init; } = 64;

    /// <summary>Different vectors; at most 65536.</summary>
    public int Vectors { get; init; } = 4096;

    /// <summary>Prefixes of both families; two of them are always there.</summary>
    public int Prefixes { get; init; } = 1 << 20;

    /// <summary>Exact rules of both families; a subflow takes two.</summary>
    public int ExactRules { get; init; } = 1 << 22;
}
