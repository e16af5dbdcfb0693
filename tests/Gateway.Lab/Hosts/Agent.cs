using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>This program itself, run inside a namespace: a socket belongs to the namespace of the process that opens it.</summary>
internal static class Agent
{
    private static readonly string Program = typeof(Agent).Assembly.Location;

    private static readonly string Dotnet = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>Starts <c>gateway-lab</c> with arguments in a namespace.</summary>
    public static LabProcess Start(NetworkNamespace space, IEnumerable<string> arguments, Action<string>? onLine = null) =>
        space.Start(Dotnet, ["exec", Program, .. arguments], onLine ?? (static _ => { }));

    /// <summary>Ends this process when its standard input closes, that is, when the lab that started it is gone.</summary>
    /// <param name="onLine">Takes what the owner writes.</param>
    public static void EndWithOwner(Action<string>? onLine = null)
    {
        var watch = new Thread(() =>
        {
            using var input = new StreamReader(Console.OpenStandardInput());
            while (input.ReadLine() is { } line)
            {
                onLine?.Invoke(line);
            }

            Environment.Exit(0);
        })
        { IsBackground = true, Name = "owner watch" };
        watch.Start();
    }
}
