namespace Gateway.Policy;

/// <summary>A compiled policy, or everything that keeps it from being compiled.</summary>
/// <param name="Policy">Null when there are errors.</param>
/// <param name="Errors">Empty when there is a policy; lines and columns are 0.</param>
public sealed record CompileResult(CompiledPolicy? Policy, IReadOnlyList<PolicyError> Errors);
