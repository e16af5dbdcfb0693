namespace Gateway.Policy;

/// <summary>A policy that is ready to apply, or everything that is wrong with it.</summary>
/// <param name="Document">Null when there are errors.</param>
/// <param name="Compiled">Null when there are errors.</param>
/// <param name="Errors">Empty when there is a policy.</param>
public sealed record PolicyLoadResult(PolicyDocument? Document, CompiledPolicy? Compiled, IReadOnlyList<PolicyError> Errors)
{
    /// <summary>How long it took.</summary>
    public LoadTimes Times { get; init; }
}
