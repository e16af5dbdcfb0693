namespace Gateway.EndToEnd.Tests;

/// <summary>The collection of the tests that share paths.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OnSharedPaths : ICollectionFixture<SharedPaths>
{
    public const string Name = "paths";
}
