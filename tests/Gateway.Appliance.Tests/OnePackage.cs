namespace Gateway.Appliance.Tests;

/// <summary>The tests that share one build of the package.</summary>
[CollectionDefinition(Name)]
public sealed class OnePackage : ICollectionFixture<BuiltPackage>
{
    internal const string Name = "package";
}
