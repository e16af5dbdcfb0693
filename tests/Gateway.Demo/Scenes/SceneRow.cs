namespace Gateway.Demo;

/// <summary>One line of a scene's before/after table.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Before">Without the policy.</param>
/// <param name="After">With it.</param>
public sealed record SceneRow(string What, string Before, string After);
