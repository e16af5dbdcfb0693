using System.Diagnostics;

/// <summary>
/// Loaded into the daemon by DOTNET_STARTUP_HOOKS: kills it (SIGKILL) when a step begins that the file named by
/// GATEWAY_TEST_KILL_FILE names.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        string file = Environment.GetEnvironmentVariable("GATEWAY_TEST_KILL_FILE")!;
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Gateway.Policy",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                if (File.Exists(file) && File.ReadAllText(file) == options.Name)
                {
                    Process.GetCurrentProcess().Kill();
                    Thread.Sleep(Timeout.Infinite);
                }

                return ActivitySamplingResult.None;
            },
        });
    }
}
