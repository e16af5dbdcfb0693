namespace Gateway.Policy;

/// <summary>Runs a loaded operator.</summary>
/// <param name="Operator">Its name.</param>
/// <param name="Arguments">Numbers it is given, at most <see cref="MaxArguments"/>; the rest are 0.</param>
public sealed record CustomActor(string Operator, ValueList<ulong> Arguments) : Actor
{
    /// <summary>Numbers an actor can be given.</summary>
    public const int MaxArguments = 4;
}
