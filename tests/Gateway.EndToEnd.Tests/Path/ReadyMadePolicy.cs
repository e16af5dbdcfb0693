namespace Gateway.EndToEnd.Tests;

/// <summary>The policies that come with the appliance, as they are shipped.</summary>
internal static class ReadyMadePolicy
{
    /// <summary>Text of appliance/policies/NAME.yaml.</summary>
    public static string Read(string name)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Gateway.sln")))
        {
            directory = directory.Parent;
        }

        return File.ReadAllText(Path.Combine(
            directory?.FullName ?? throw new DirectoryNotFoundException("The tests are not inside a checkout."), "appliance", "policies", $"{name}.yaml"));
    }
}
