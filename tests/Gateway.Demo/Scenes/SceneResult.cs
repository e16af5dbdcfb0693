using Gateway.Lab;

namespace Gateway.Demo;

/// <summary>What a scene showed.</summary>
/// <param name="Name">The scene's name.</param>
/// <param name="Family">Address family it ran over.</param>
/// <param name="Passed">Whether it showed what it set out to show.</param>
/// <param name="Sentence">What happened, for people.</param>
/// <param name="Rows">The before/after table.</param>
/// <param name="Figures">Everything measured.</param>
public sealed record SceneResult(
    string Name, Family Family, bool Passed, string Sentence, IReadOnlyList<SceneRow> Rows, Figures Figures);
