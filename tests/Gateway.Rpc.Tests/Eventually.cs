namespace Gateway.Rpc.Tests;

internal static class Eventually
{
    /// <summary>Waits until the condition holds; a minute without it is a failure.</summary>
    internal static async Task HoldsAsync(Func<bool> condition, string what)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"never came true: {what}");
            await Task.Delay(10);
        }
    }
}
