namespace Gateway.DataPlane;

/// <summary>How large a compiled policy is.</summary>
/// <param name="Chains">Chains.</param>
/// <param name="Terms">Conjunctions the selectors come to.</param>
/// <param name="ExactRules">Exact 4-tuples in one direction, both families.</param>
/// <param name="Prefixes">Prefixes, both families.</param>
public sealed record CompiledSize(int Chains, int Terms, int ExactRules, int Prefixes);
