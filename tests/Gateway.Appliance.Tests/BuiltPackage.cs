namespace Gateway.Appliance.Tests;

/// <summary>
/// The package, built from this tree once for all tests, and a clean Debian with nothing but what the package depends on.
/// GATEWAY_PROGRAMS names a directory that keeps published programs between runs: then only packing is repeated.
/// </summary>
public sealed class BuiltPackage : IAsyncLifetime
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    private static string Output => Path.Combine(Root, "out", "appliance");

    /// <summary>Directory with the package.</summary>
    public string Directory { get; private set; } = "";

    /// <summary>The package.</summary>
    public string Deb => Assert.Single(System.IO.Directory.GetFiles(Directory, "*.deb"));

    /// <summary>The bill of materials beside it.</summary>
    public string Bill => Assert.Single(System.IO.Directory.GetFiles(Directory, "*.cdx.json"));

    /// <summary>What the package installs, unpacked; its control files are in DEBIAN.</summary>
    public string Tree { get; private set; } = "";

    /// <summary>Root of the clean Debian.</summary>
    public Task<string> CleanRoot { get; private set; } = Task.FromResult("");

    public async Task InitializeAsync()
    {
        // Fetching Debian's packages and compiling hardly get in each other's way.
        CleanRoot = Task.Run(MakeRootAsync);
        if (Environment.GetEnvironmentVariable("GATEWAY_PROGRAMS") is null && System.IO.Directory.Exists(Programs))
        {
            System.IO.Directory.Delete(Programs, recursive: true);
        }

        Directory = await PackAsync("package");
        Tree = Path.Combine(Output, "tree");
        await Command.RunAsync("rm", "-rf", Tree);
        await Command.RunAsync("dpkg-deb", "--raw-extract", Deb, Tree);
    }

    public Task DisposeAsync() => CleanRoot;

    /// <summary>Packs the published programs into a directory below out/appliance, which is emptied first; returns its path.</summary>
    internal static async Task<string> PackAsync(string name)
    {
        string directory = Path.Combine(Output, name);
        await Command.RunAsync("rm", "-rf", directory);
        await Command.RunAsync(Path.Combine(Root, "appliance", "package.sh"), "--output", directory, "--programs", Programs);
        return directory;
    }

    internal static string Programs => Environment.GetEnvironmentVariable("GATEWAY_PROGRAMS") ?? Path.Combine(Output, "programs");

    private static async Task<string> MakeRootAsync()
    {
        string root = Path.Combine(Output, "debian");
        if (!System.IO.Directory.Exists(root))
        {
            await Command.RunAsync(Path.Combine(Root, "appliance", "clean-root.sh"), root);
        }

        return root;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Gateway.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a clone.");
        }

        return directory.FullName;
    }
}
