using Gateway.Demo;
using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>Every scene of the demo shows what it claims.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class SceneTests
{
    public static IEnumerable<object[]> Scenes =>
        from scene in SceneCatalog.All
        from family in new[] { Family.V4, Family.V6 }
        select new object[] { scene.Name, family };

    [Theory]
    [MemberData(nameof(Scenes))]
    public async Task The_scene_passes(string name, Family family)
    {
        SceneResult result = await SceneCatalog.All.Single(scene => scene.Name == name).RunAsync(family);

        Assert.True(result.Passed, $"{result.Sentence}\n{result.Figures.Values.ToJsonString()}");
    }
}
