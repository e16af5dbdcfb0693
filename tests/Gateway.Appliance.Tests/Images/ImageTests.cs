namespace Gateway.Appliance.Tests;

/// <summary>The disk image, made of the package and booted in an emulated machine between real MPTCP hosts.</summary>
[Collection(OnePackage.Name)]
public sealed class ImageTests(BuiltPackage package)
{
    [Fact]
    public async Task It_boots_and_steers_by_a_policy_from_outside()
    {
        string images = Path.Combine(BuiltPackage.Root, "out", "appliance", "image");
        await Command.RunAsync(Script("build.sh"), "--output", images, "--package", package.Deb);
        string told = await Command.RunAsync(Script("test.sh"), "--image", images, "--only", "boot");
        Assert.Contains("healthy, by gRPC with mutual TLS", told, StringComparison.Ordinal);
        Assert.Contains("with the policy", told, StringComparison.Ordinal);
    }

    private static string Script(string name) => Path.Combine(BuiltPackage.Root, "image", name);
}
