namespace Gateway.DataPlane;

/// <summary>A chain of an applied policy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Actors">Names of its actors as in a policy file, in order.</param>
/// <param name="Operators">Names of the custom operators that it uses, as actors or in its selector.</param>
public sealed record AppliedChain(string Name, IReadOnlyList<string> Actors, IReadOnlyList<string> Operators);
