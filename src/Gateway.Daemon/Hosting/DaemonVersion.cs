using System.Reflection;

namespace Gateway.Daemon.Hosting;

/// <summary>The daemon's version.</summary>
internal static class DaemonVersion
{
    public static string Text { get; } =
        typeof(DaemonVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
