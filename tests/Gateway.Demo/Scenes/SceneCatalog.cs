using Gateway.Lab;

namespace Gateway.Demo;

/// <summary>Every scene, in the order they are shown.</summary>
public static class SceneCatalog
{
    /// <summary>The scenes.</summary>
    public static IReadOnlyList<IScene> All { get; } =
    [
        new SetBackupScene(),
        new SetBackupScene(LabMode.Wire),
        new BlkSubflowScene(),
        new RateLimitScene(),
        new RedirectScene(),
        new RestartScene(),
    ];
}
