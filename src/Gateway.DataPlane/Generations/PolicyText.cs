namespace Gateway.DataPlane;

/// <summary>What is remembered of a policy beside its compiled form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Yaml">Canonical text.</param>
/// <param name="Revision">Grows by one with every change of the policy.</param>
public sealed record PolicyText(string Name, string Yaml, ulong Revision);
