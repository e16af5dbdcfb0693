namespace Gateway.Policy;

/// <summary>The whole set of chains a gateway runs; applied whole. The file's version is always 1.</summary>
/// <param name="Name">Name for people, 1-63 characters [a-z0-9-].</param>
/// <param name="Chains">The chains, in the order of the file.</param>
public sealed record PolicyDocument(string Name, ValueList<Chain> Chains);
