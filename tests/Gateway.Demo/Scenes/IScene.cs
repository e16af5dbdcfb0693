using Gateway.Lab;

namespace Gateway.Demo;

/// <summary>One thing the gateway does, shown on real traffic.</summary>
public interface IScene
{
    /// <summary>Name in reports and on the command line.</summary>
    string Name { get; }

    /// <summary>Raises a lab, starts the gateway, and measures with and without the policy.</summary>
    Task<SceneResult> RunAsync(Family family);
}
