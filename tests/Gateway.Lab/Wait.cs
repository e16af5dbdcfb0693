using System.Diagnostics;
using System.Globalization;

namespace Gateway.Lab;

/// <summary>Waits for conditions instead of sleeping.</summary>
public static class Wait
{
    /// <summary>Every limit is so many times as long where the machine is slow, as an emulated one is.</summary>
    public const string PatienceVariable = "GATEWAY_LAB_PATIENCE";

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly double Patience =
        double.TryParse(Environment.GetEnvironmentVariable(PatienceVariable), CultureInfo.InvariantCulture, out double times) ? times : 1;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>A limit as this machine takes it.</summary>
    public static TimeSpan Patiently(TimeSpan usual) => usual * Patience;

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
        TimeSpan limit = Patiently(timeout ?? Usual);
        var clock = Stopwatch.StartNew();
        while (!await condition().ConfigureAwait(false))
        {
            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what()}.");
            }

            await Task.Delay(Step).ConfigureAwait(false);
        }
    }
}
