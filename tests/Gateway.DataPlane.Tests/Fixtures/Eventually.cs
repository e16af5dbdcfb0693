namespace Gateway.DataPlane.Tests;

/// <summary>Waits for conditions that the kernel brings about in its own time.</summary>
internal static class Eventually
{
    internal static void True(Func<bool> condition, string what)
    {
        DateTime limit = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, $"Waited in vain: {what}");
            Thread.Sleep(5);
        }
    }
}
