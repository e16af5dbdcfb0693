using System.Diagnostics;

namespace Gateway.Lab;

/// <summary>Waits for conditions instead of sleeping.</summary>
public static class Wait
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls a condition until it is true.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, for the error.</param>
    /// <param name="timeout">30 s unless told.</param>
    /// <exception cref="TimeoutException">It never became true.</exception>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, timeout);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null) =>
        UntilAsync(condition, () => what, timeout);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? timeout = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition().ConfigureAwait(false))
        {
            if (clock.Elapsed > (timeout ?? Usual))
            {
                throw new TimeoutException($"Not within {(timeout ?? Usual).TotalSeconds:0.#} s: {what()}.");
            }

            await Task.Delay(Step).ConfigureAwait(false);
        }
    }
}
