namespace Gateway.Policy;

/// <summary>A rule of one of the exact tables, ordered by its tuple alone.</summary>
/// <typeparam name="T">The rule itself.</typeparam>
internal interface IExactRule<T> : IComparable<T>
    where T : struct, IExactRule<T>
{
    /// <summary>The family of its addresses.</summary>
    static abstract IpFamily Family { get; }

    /// <summary>The 4-tuple.</summary>
    ExactTuple Tuple { get; }

    /// <summary>What the rule says of it.</summary>
    int List { get; }

    /// <summary>The rule of a tuple of the family.</summary>
    static abstract T Of(ExactTuple tuple, int list);
}
