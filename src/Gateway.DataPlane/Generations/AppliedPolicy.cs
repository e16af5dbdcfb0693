namespace Gateway.DataPlane;

/// <summary>A policy in the kernel.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Generation">The kernel's number for it, greater than 0.</param>
/// <param name="AppliedAt">When it came into force.</param>
/// <param name="Size">How large it is.</param>
/// <param name="Chains">Its chains; events name them by their index here.</param>
public sealed record AppliedPolicy(
    PolicyText Text, uint Generation, DateTimeOffset AppliedAt, CompiledSize Size, IReadOnlyList<AppliedChain> Chains);
